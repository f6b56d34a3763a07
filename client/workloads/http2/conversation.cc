// What the client says: requests, their bodies, and how a connection begins. conversation_frames.cc has what
// it is told.
#include "client/workloads/http2/conversation.h"

#include <algorithm>
#include <array>

namespace suite {

using namespace http2;

namespace {

// As wide as h2load's: a limit that no server comes near before the next WINDOW_UPDATE.
constexpr std::uint32_t kWindow = (1U << 30) - 1;
// Of bodies, as much as is worth a send; the rest is made when this is on its way.
constexpr std::size_t kEnoughQueued = 64 * 1024;
constexpr std::size_t kKeptBytes = 4096;  // of memory, by a connection that has nothing to send

constexpr auto kOurSettings = std::to_array<Setting>(
    {{.id = SettingId::kEnablePush, .value = 0}, {.id = SettingId::kInitialWindowSize, .value = kWindow}});

}  // namespace

Http2Conversation::Http2Conversation(Http2Common& common)
    : common_(common),
      streams_(common.depth, common.last_stream),
      places_(common.depth),
      digests_(common.verify == Verify::kFull ? streams_.slots().size() : 0) {
  const bool has_bodies =
      std::ranges::any_of(common.plan.requests, [](const auto& request) { return !request.body.empty(); });
  if (has_bodies) uploads_.resize(streams_.slots().size());
}

// Those in flight are the ones that were not processed: GOAWAY has put them among the waiting.
void Http2Conversation::restart(std::uint64_t unanswered) {
  if (unanswered == 0) waiting_.clear();
  streams_.restart();
  uploading_.clear();
  reader_.restart();
  heads_.emplace();
  block_ = {};
  server_ = {};
  settled_ = going_ = has_reset_ = broken_ = has_farewell_ = gave_up_table_ = false;
  window_ = kUsualWindow;
  uncredited_ = 0;
  held_back_.reset();
  // What is left of an earlier connection stays where it is until the driver asks for something else.
  sent_ = sending_.size();
  queued_.clear();
  const auto preface = std::as_bytes(std::span(kPreface));
  queued_.insert(queued_.end(), preface.begin(), preface.end());
  append_settings(queued_, kOurSettings);
  append_window_update(queued_, 0, kWindow - kUsualWindow);
}

std::uint64_t Http2Conversation::room() const {
  const std::uint64_t taken = streams_.open_count() + waiting_.size();
  if (!settled_ || going_ || broken_ || taken >= server_.max_concurrent_streams) return 0;
  return server_.max_concurrent_streams - taken;
}

void Http2Conversation::issue(std::span<const Ticket> tickets) {
  for (const Ticket ticket : tickets) {
    places_[ticket] = common_.next_place++;
    if (common_.next_place == common_.frames.size()) common_.next_place = 0;
    open(ticket);
  }
  if (!uploading_.empty()) upload();
  going_ |= !streams_.has_ids_for(common_.depth);
}

void Http2Conversation::open(Ticket ticket) {
  using Form = RequestFrames::Form;
  Stream& stream = streams_.open();
  stream.ticket = ticket;
  stream.place = places_[ticket];
  common_.frames.append(queued_, stream.place, stream.id, form_);
  if (form_ != Form::kIndexed) form_ = form_ == Form::kFirst ? Form::kIndexed : Form::kLiteral;
  if (!digests_.empty()) digests_[streams_.index_of(stream)] = {};
  if (uploads_.empty() || request_of(stream).body.empty()) return;
  uploads_[streams_.index_of(stream)] = {};
  stream.is_uploading = true;
  uploading_.push_back(stream.id);
}

// As many as the server takes.
void Http2Conversation::open_waiting() {
  if (!settled_ || going_ || broken_) return;
  std::size_t count = 0;
  while (count < waiting_.size() && streams_.open_count() < server_.max_concurrent_streams) {
    open(waiting_[count++]);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  if (!uploading_.empty()) upload();
}

// --- Bodies ---------------------------------------------------------------------------------------------

std::int64_t Http2Conversation::window_of(const Stream& stream) const {
  const Upload& upload = uploads_[streams_.index_of(stream)];
  return server_.initial_window_size + upload.credit - static_cast<std::int64_t>(upload.sent);
}

std::uint64_t Http2Conversation::body_left(const Stream& stream) const {
  return request_of(stream).body.size() - uploads_[streams_.index_of(stream)].sent;
}

// In their order, as far as the windows allow; the others keep their places.
void Http2Conversation::upload() {
  std::erase_if(uploading_, [this](std::uint32_t id) {
    Stream* const stream = streams_.find(id);
    return stream == nullptr || !stream->is_uploading || upload_some(*stream);
  });
}

// Whether all of the body is on its way.
bool Http2Conversation::upload_some(Stream& stream) {
  Upload& upload = uploads_[streams_.index_of(stream)];
  const auto body = std::as_bytes(std::span(request_of(stream).body));
  while (queued_.size() < kEnoughQueued) {
    const std::int64_t window = std::min(window_, window_of(stream));
    if (window <= 0) return false;
    const std::uint64_t most =
        std::min<std::uint64_t>(static_cast<std::uint64_t>(window), server_.max_frame_size);
    const auto part = body.subspan(upload.sent).first(std::min(most, body_left(stream)));
    upload.sent += part.size();
    window_ -= static_cast<std::int64_t>(part.size());
    const bool ends = upload.sent == body.size();
    append_frame_header(queued_, {.length = static_cast<std::uint32_t>(part.size()),
                                  .type = FrameType::kData,
                                  .flags = ends ? flag::kEndStream : std::uint8_t{0},
                                  .stream = stream.id});
    queued_.insert(queued_.end(), part.begin(), part.end());
    stream.is_uploading = !ends;
    if (ends) return true;
  }
  return false;
}

bool Http2Conversation::can_upload() {
  return window_ > 0 && std::ranges::any_of(uploading_, [this](std::uint32_t id) {
           const Stream* const stream = streams_.find(id);
           return stream != nullptr && stream->is_uploading && window_of(*stream) > 0;
         });
}

// --- What is sent ---------------------------------------------------------------------------------------

std::span<const std::byte> Http2Conversation::unsent() {
  if (sent_ == sending_.size()) {
    sending_.clear();
    sent_ = 0;
    if (!uploading_.empty()) upload();
    sending_.swap(queued_);
    if (sending_.empty() && queued_.capacity() > kKeptBytes) queued_.shrink_to_fit();
  }
  return std::span(sending_).subspan(sent_);
}

bool Http2Conversation::sent(std::size_t count) {
  sent_ += count;
  return sent_ < sending_.size() || !queued_.empty() || (!uploading_.empty() && can_upload());
}

}  // namespace suite
