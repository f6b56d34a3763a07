#include "cmd/load/load_payload.h"

#include <fmt/format.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cmd/cli/read_file.h"
#include "cmd/load/short_text.h"
#include "common/base/c_escapes.h"
#include "common/base/shell_quoted.h"

namespace suite {
namespace {

constexpr std::string_view kDefaultMessage = "hello world\n";
constexpr std::size_t kMostReplyBytes = std::size_t{1} << 30;

using Text = std::expected<std::string, std::string>;  // the error begins with the flag
using Wrong = std::unexpected<std::string>;

bool is_file(const std::string& reply) { return reply.starts_with('@'); }

// The bytes that a text on the command line stands for; at least one.
Text bytes_of(std::string_view flag, const std::string& text, bool escapes) {
  if (text.empty()) return Wrong(fmt::format("{}: the text is empty; give at least one byte", flag));
  if (!escapes) return text;
  auto bytes = c_unescaped(text);
  if (!bytes) return Wrong(fmt::format("{}: {}", flag, bytes.error()));
  return bytes;
}

Text bytes_of_file(std::string_view flag, const std::string& file) {
  auto bytes = read_input(file);
  if (!bytes) return Wrong(fmt::format("{}: {}", flag, bytes.error()));
  if (bytes->empty()) return Wrong(fmt::format("{}: '{}' is empty; give at least one byte", flag, file));
  return bytes;
}

Text reply_bytes(const LoadFlags& flags) {
  constexpr std::string_view kFlag = "--reply";
  if (!is_file(*flags.reply)) return bytes_of(kFlag, *flags.reply, flags.escapes);
  auto bytes = bytes_of_file(kFlag, flags.reply->substr(1));
  if (!bytes || bytes->size() <= kMostReplyBytes) return bytes;
  return Wrong(fmt::format("{}: {} bytes are too many; at most 1 GiB is accepted", kFlag, bytes->size()));
}

// What is sent, and how it was given.
Complaint read_payload(const LoadFlags& flags, PayloadPlan& payload, std::string& given) {
  if (flags.size) {
    payload.size = *flags.size;
    given = fmt::format("--size {}", *flags.size);
    return std::nullopt;
  }
  const std::string message = flags.message.value_or(std::string(kDefaultMessage));
  auto text = flags.file ? bytes_of_file("--file", *flags.file)
                         : bytes_of("--message", message, flags.escapes && flags.message);
  if (!text) return std::move(text.error());
  given = flags.file ? "--file " + shell_quoted(*flags.file) : "--message " + short_text(message);
  payload.text = std::move(*text);
  payload.size = payload.text.size();
  return std::nullopt;
}

// Texts that escapes have a meaning in.
Complaint check_escapes(const LoadFlags& flags) {
  const bool in_reply = flags.reply && !is_file(*flags.reply);
  if (!flags.escapes || flags.message || in_reply || flags.reply_ends) return std::nullopt;
  return "--escapes is for the texts of --message, --reply and --reply-ends: give one of them";
}

// The first flag whose text seems to be meant to have escapes.
std::optional<std::string_view> seems_escaped(const LoadFlags& flags) {
  const auto seems = [](const std::optional<std::string>& text) {
    return text && (text->contains("\\r") || text->contains("\\n"));
  };
  if (flags.escapes) return std::nullopt;
  if (seems(flags.message)) return "--message";
  if (seems(flags.reply)) return "--reply";
  return seems(flags.reply_ends) ? std::optional<std::string_view>("--reply-ends") : std::nullopt;
}

}  // namespace

Complaint apply_payload(const LoadFlags& flags, LoadSettings& settings) {
  PayloadSettings shown;
  PayloadPlan payload;
  if (auto complaint = check_escapes(flags)) return complaint;
  if (flags.reply == "@-" && flags.file == "-") {
    return "--reply @- and --file - both read stdin: give one of them a file";
  }
  if (auto complaint = read_payload(flags, payload, shown.flags)) return complaint;
  shown.bytes = payload.size;
  shown.escapes = flags.escapes;
  shown.unescaped = seems_escaped(flags);
  if (flags.reply) {
    auto reply = reply_bytes(flags);
    if (!reply) return std::move(reply.error());
    shown.reply = flags.reply;
    shown.reply_bytes = reply->size();
    settings.plan.protocol = FixedReplyPlan{.payload = std::move(payload), .reply = std::move(*reply)};
  } else if (flags.reply_ends) {
    if (flags.verify == Verify::kFull) {
      return "--verify full and --reply-ends exclude each other: of a reply only the end is known (--reply "
             "has all)";
    }
    auto end = bytes_of("--reply-ends", *flags.reply_ends, flags.escapes);
    if (!end) return std::move(end.error());
    shown.reply_ends = flags.reply_ends;
    settings.plan.protocol =
        TerminatedReplyPlan{.payload = std::move(payload), .terminator = std::move(*end)};
  } else {
    settings.plan.protocol = EchoPlan{.payload = std::move(payload)};
  }
  settings.payload = std::move(shown);
  return std::nullopt;
}

}  // namespace suite
