#include "cmd/serve/tls_options.h"

namespace suite {

OptionGroup tls_group(TlsFlags& flags) {
  return {.title = "TLS",
          .options = {
              {.name = "--tls-cert",
               .takes = "FILE",
               .value = values::text(flags.certificate),
               .help = "speak TLS with this certificate (PEM, with its chain); SIGHUP reloads it",
               .unset = "off"},
              {.name = "--tls-key",
               .takes = "FILE",
               .value = values::text(flags.key),
               .help = "the certificate's private key (PEM)"},
              {.name = "--tls-self-signed",
               .value = values::toggle(flags.self_signed),
               .help = "speak TLS with a certificate made at start, in memory",
               .excludes = {{"--tls-cert", "one certificate is shown"},
                            {"--tls-key", "the certificate made at start has its own key"}}},
          }};
}

Complaint check_tls_flags(const TlsFlags& flags) {
  if (flags.certificate == "") return "--tls-cert: the name is empty: give a file";
  if (flags.key == "") return "--tls-key: the name is empty: give a file";
  if (flags.certificate && !flags.key) return "--tls-cert needs --tls-key, the file of its private key";
  if (flags.key && !flags.certificate) return "--tls-key needs --tls-cert, the file of its certificate";
  return std::nullopt;
}

}  // namespace suite
