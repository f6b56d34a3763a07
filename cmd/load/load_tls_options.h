// The flags with which the load is encrypted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/load_settings.h"
#include "client/target.h"
#include "cmd/cli/option.h"

namespace suite {

struct LoadTlsFlags {
  bool insecure = false;
  std::optional<std::string> ca, certificate, key, name, ciphers;
  TlsVersion version = TlsVersion::kAny;
  bool resume = true;
};

OptionGroup load_tls_group(LoadTlsFlags& flags, const LoadSettings& settings);

/// Into `plan`, which stays in the clear where the target is. ALPN offers `protocols`, the dearest first.
Complaint apply_tls(const LoadTlsFlags& flags, const TargetName& target, std::vector<std::string> protocols,
                    LoadPlan& plan);

}  // namespace suite
