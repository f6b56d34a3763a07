#include "servers/protocols/http/http_worker.h"

#include <fmt/format.h>

#include <utility>

#include "common/http/http_date.h"
#include "servers/protocols/http/kept_files.h"

namespace suite {

std::string_view CommonFields::at(std::chrono::system_clock::time_point now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (text_.empty() || second != rendered_) {
    rendered_ = second;
    text_ = fmt::format("Server: {}\r\nDate: {}\r\n", server_name_, format_http_date(second));
  }
  return text_;
}

std::expected<std::shared_ptr<HttpWorker>, Error> HttpWorker::open(const HttpOptions& options,
                                                                   std::shared_ptr<const MimeTypes> types,
                                                                   WorkerContext& context) {
  const std::uint32_t hangups = context.hangups.load();  // before the root is opened, so that none is missed
  const KeptFiles* const kept = options.kept.get();
  auto files = StaticFiles::open({.root = options.root,
                                  .cache_bytes = options.cache_bytes / context.workers,
                                  .valid = options.cache_valid,
                                  .types = std::move(types)},
                                 kept != nullptr ? kept->root() : UniqueFd());
  if (!files) return std::unexpected(std::move(files.error()));
  const bool behind = kept != nullptr && kept->root_is_behind() && hangups > 0;
  std::unique_ptr<AccessLog> log;
  if (options.access_log) {
    auto opened = AccessLog::open(*options.access_log, context.hangups, context.on_trouble,
                                  kept != nullptr ? kept->log() : UniqueFd());
    if (!opened) return std::unexpected(std::move(opened.error()));
    log = std::move(*opened);
  }
  return std::shared_ptr<HttpWorker>(new HttpWorker{.options = options,
                                                    .totals = context.totals,
                                                    .files = std::move(*files),
                                                    .log = std::move(log),
                                                    .common_fields = CommonFields(options.server_name),
                                                    .windows = {},
                                                    .page_pipe = PagePipe::open(),
                                                    .hangups = context.hangups,
                                                    // The others try the root that could not be opened, too.
                                                    .hangups_seen = behind ? hangups - 1 : hangups});
}

void HttpWorker::reopen_root(const Turn& turn) {
  const std::uint32_t count = hangups.load();
  if (count == hangups_tried && turn.now < reopen_at) return;
  hangups_tried = count;
  reopen_at = turn.now + std::chrono::seconds(1);
  if (files.reopen_root()) hangups_seen = count;
}

HttpWorker::~HttpWorker() {
  if (log == nullptr) return;
  log->close();
  totals.unlogged += log->dropped();
}

}  // namespace suite
