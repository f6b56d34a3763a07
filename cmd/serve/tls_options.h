// The flags with which a server speaks TLS.
#pragma once

#include <optional>
#include <string>

#include "cmd/cli/option.h"

namespace suite {

struct TlsFlags {
  std::optional<std::string> certificate = {}, key = {};  // files
  bool self_signed = false;

  bool any() const { return certificate || key || self_signed; }
};

OptionGroup tls_group(TlsFlags& flags);

/// A certificate without its key, or more than one certificate.
Complaint check_tls_flags(const TlsFlags& flags);

}  // namespace suite
