#include "common/tls/identity.h"

#include <gmock/gmock.h>

#include <fstream>

#include "common/tls/openssl.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_identity.h"

namespace suite {
namespace {

using testing::HasSubstr;

class Identity : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  static TlsIdentity made() { return *self_signed_identity(); }
  std::string error_of(const std::string& certificate, const std::string& key) {
    const auto identity = read_identity(write("cert.pem", certificate), write("key.pem", key));
    return identity ? "" : identity.error().one_line();
  }

  test::TemporaryFolder folder_;
};

TEST_F(Identity, IsReadAsItWasWritten) {
  const TlsIdentity identity = made();
  const auto read = read_identity(write("c", identity.certificates), write("k", identity.key));
  ASSERT_TRUE(read) << read.error().one_line();
  EXPECT_EQ(fingerprint(*read), fingerprint(identity));
  EXPECT_EQ(out_of_date(*read), std::nullopt);
}

TEST_F(Identity, KnowsWhetherItsTimeHasComeAndPassed) {
  EXPECT_EQ(out_of_date(test::identity_with({.from_seconds = -7200, .to_seconds = -3600})),
            "the certificate has expired");
  EXPECT_EQ(out_of_date(test::identity_with({.from_seconds = 1800})), "the certificate is not valid yet");
}

TEST_F(Identity, IsAnotherOneEachTime) { EXPECT_NE(fingerprint(made()), fingerprint(made())); }

TEST_F(Identity, HasAFingerprintAsOthersShowIt) {
  const std::string text = fingerprint(made());
  EXPECT_EQ(text.size(), 32U * 3 - 1);
  EXPECT_EQ(text.find_first_not_of("0123456789ABCDEF:"), std::string::npos) << text;
}

TEST_F(Identity, NamesAFileThatIsMissing) {
  const auto identity = read_identity(folder_.file("none.pem"), write("k", made().key));
  ASSERT_FALSE(identity);
  EXPECT_THAT(identity.error().one_line(), HasSubstr("none.pem': No such file"));
}

TEST_F(Identity, NamesAFileThatIsNoPem) {
  EXPECT_THAT(error_of("hello", made().key), HasSubstr("cert.pem': it has no certificate in PEM"));
  EXPECT_THAT(error_of(made().certificates, "hello"), HasSubstr("key.pem': it has no private key in PEM"));
}

TEST_F(Identity, RefusesAKeyOfAnotherCertificate) {
  EXPECT_THAT(error_of(made().certificates, made().key),
              HasSubstr("key.pem': it does not belong to the certificate"));
}

// Made by: openssl genpkey -algorithm ed25519 -aes128 -pass pass:secret
constexpr std::string_view kEncryptedKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgphBtRsgRFMQICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEOSID+3wYvcPhUIy95VDepcEQHZQ\n"
    "XWiLPymoX4B6nraLIVildl9HXB/DxBY7vc2VI3yjmHTA1x4IZR+kMZTe7xkfcbtt\n"
    "869EUTXAiotQrEygbrc=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

TEST_F(Identity, SaysHowToDecryptAKey) {
  EXPECT_THAT(error_of(made().certificates, std::string(kEncryptedKey)),
              HasSubstr("key.pem': it is encrypted (decrypt it once: openssl pkey"));
}

}  // namespace
}  // namespace suite
