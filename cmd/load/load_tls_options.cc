#include "cmd/load/load_tls_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "client/drivers/tls/tls_client.h"
#include "cmd/load/load_needs.h"

namespace suite {
namespace {

using namespace load_needs;

std::string_view name_of(TlsVersion version) { return version == TlsVersion::k12 ? "1.2" : "1.3"; }

// RFC 6066 3: a name of DNS, not an address.
Complaint check_name(const std::string& name) {
  const bool plain =
      !name.empty() && name.size() < 256 &&
      std::ranges::all_of(
          name, [](char c) { return c > ' ' && c < '\x7f' && !std::string_view("/:@[]").contains(c); });
  if (plain && !is_address(name)) return std::nullopt;
  return fmt::format("--sni: '{}' is not a name of DNS, such as www.example.org", name);
}

}  // namespace

OptionGroup load_tls_group(LoadTlsFlags& flags, const LoadSettings& settings) {
  const bool on = settings.plan.tls.has_value();
  const TlsClientOptions tls = settings.plan.tls.value_or(TlsClientOptions{});
  const auto if_tls = [on](Setting setting) { return on ? std::move(setting) : Setting(); };
  return {
      .title = "TLS",
      .options = {
          {.name = "--insecure",
           .value = values::toggle(flags.insecure),
           .help = "TLS: do not verify the server's certificate",
           .needs = {&kTls},
           .excludes = {{"--cacert", "nothing is verified"}},
           .config = {{"tls.insecure", if_tls(!tls.verify)}}},
          {.name = "--cacert",
           .takes = "FILE",
           .value = values::text(flags.ca),
           .help = "TLS: trust these certificates (PEM), not the system's",
           .needs = {&kTls},
           .config = {{"tls.cacert", tls.ca_file}}},
          {.name = "--cert",
           .takes = "FILE",
           .value = values::text(flags.certificate),
           .help = "TLS: show the server this certificate (PEM, with its chain)",
           .rare = true,
           .needs = {&kTls},
           .config = {{"tls.cert", tls.certificate_file}}},
          {.name = "--key",
           .takes = "FILE",
           .value = values::text(flags.key),
           .help = "TLS: its private key (PEM)",
           .unset = "in --cert's file",
           .rare = true,
           .needs = {&kTls},
           .config = {{"tls.key", tls.key_file}}},
          {.name = "--sni",
           .takes = "NAME",
           .value = values::text(flags.name),
           .help = "TLS: the server's name, sent and verified",
           .unset = "TARGET's host",
           .rare = true,
           .needs = {&kTls},
           .config = {{"tls.sni", if_tls(tls.name)}},
           .setting = flags.name ? "--sni " + *flags.name : ""},
          {.name = "--tls",
           .takes = "1.2|1.3",
           .value = values::named(flags.version, {{"1.2", TlsVersion::k12}, {"1.3", TlsVersion::k13}}),
           .help = "TLS: this version only",
           .unset = "the newer one that both speak",
           .rare = true,
           .needs = {&kTls},
           .config = {{"tls.version", on && tls.version != TlsVersion::kAny
                                          ? Setting(std::string(name_of(tls.version)))
                                          : Setting()}},
           .setting =
               on && tls.version != TlsVersion::kAny ? fmt::format("--tls {}", name_of(tls.version)) : ""},
          {.name = "--ciphers",
           .takes = "LIST",
           .value = values::text(flags.ciphers),
           .help = "TLS: only these, by OpenSSL's names, with colons between",
           .unset = "OpenSSL's choice",
           .rare = true,
           .needs = {&kTls},
           .config = {{"tls.ciphers", tls.ciphers}}},
          {.name = "--tls-resume",
           .takes = "HOW",
           .value = values::named(flags.resume, {{"on", true}, {"off", false}}),
           .help = "TLS: off: a full handshake for each connection that is opened again",
           .rare = true,
           .needs = {&kTls},
           .config = {{"tls.resume", if_tls(tls.resume)}},
           .setting = on && !tls.resume ? "--tls-resume off" : ""},
      }};
}

Complaint apply_tls(const LoadTlsFlags& flags, const TargetName& target, std::vector<std::string> protocols,
                    LoadPlan& plan) {
  if (!target.tls) return std::nullopt;
  if (!plan.has_network()) {
    return "TARGET: the driver 'null' has no server to shake hands with: give it without TLS";
  }
  if (flags.key && !flags.certificate) return "--key needs --cert, the file of its certificate";
  if (flags.name) {
    if (auto complaint = check_name(*flags.name)) return complaint;
  }
  plan.tls = TlsClientOptions{.name = flags.name.value_or(target.host),
                              .verify = !flags.insecure,
                              .ca_file = flags.ca,
                              .certificate_file = flags.certificate,
                              .key_file = flags.key,
                              .version = flags.version,
                              .ciphers = flags.ciphers,
                              .protocols = std::move(protocols),
                              .resume = flags.resume};
  if (const auto usable = check_tls(*plan.tls); !usable) return usable.error().one_line();
  return std::nullopt;
}

}  // namespace suite
