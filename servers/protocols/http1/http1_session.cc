#include "servers/protocols/http1/http1_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "common/http/chunked_body.h"
#include "common/http/request_parser.h"
#include "common/http/scan.h"
#include "servers/protocols/http/answer.h"
#include "servers/protocols/http/http_worker.h"
#include "servers/protocols/http/status.h"
#include "servers/protocols/http1/answer_writer.h"
#include "servers/protocols/http1/http1_request.h"

namespace suite {
namespace {

using std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;

int status_of(HeadStatus head) {
  switch (head) {
    case HeadStatus::kTargetTooLong:
      return kUriTooLong;
    case HeadStatus::kFieldsTooLarge:
      return kFieldSectionTooLarge;
    case HeadStatus::kOtherVersion:
      return kVersionNotSupported;
    default:
      return kBadRequest;
  }
}

/// Whether the head says that a body follows, in a framing that is not in doubt: behind a 400 nobody knows
/// what does.
bool refuses_a_body(int status, const RequestHead& head) {
  return status != 400 && std::ranges::any_of(head.fields(), [](const Field& field) {
           return equals_ignoring_case(field.name, "transfer-encoding") ||
                  (equals_ignoring_case(field.name, "content-length") && field.value != "0");
         });
}

/// A request whose head is whole.
struct Arrived {
  const RequestHead& head;
  std::string_view text;  // of the head
  std::string_view rest;  // what has arrived behind it
};

/// A request whose body is being read past; it is answered at the end of it.
struct Waiting {
  std::string head;        // of the request
  std::uint64_t left = 0;  // bytes of a body of known length
  bool chunked = false;
  ChunkedBody chunks;
};

/// One connection. It answers from what it is given while the outbox takes answers, and keeps the rest: at
/// most one read, and a head that is not whole.
class Http1Session final : public Session {
 public:
  Http1Session(HttpWorker& worker, std::string peer) : worker_(worker), peer_(std::move(peer)) {}

  After on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) override;
  After resume(const Turn& turn, OutBuffer& out) override;
  /// All that was asked for is answered: reading stops while anything is not.
  After on_end(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_drain(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_deadline(const Turn& turn, OutBuffer& out) override;
  std::optional<nanoseconds> patience() const override;
  void on_closed(CloseReason) override {}

 private:
  After serve(std::string_view& in, const Turn& turn, OutBuffer& out);
  After serve_kept(const Turn& turn, OutBuffer& out);
  /// Nothing: go on with the next request.
  std::optional<After> serve_one(std::string_view& in, const Turn& turn, OutBuffer& out);
  std::optional<After> skip_body(std::string_view& in, const Turn& turn, OutBuffer& out);
  std::optional<After> answer(const Arrived& arrived, const Turn& turn, OutBuffer& out);
  std::optional<After> answer_well_formed(const Http1Request& request, const Arrived& arrived,
                                          const Turn& turn, OutBuffer& out);
  void wait_for_body(const Http1Request& request, const Arrived& arrived, const Turn& turn, OutBuffer& out);
  After refuse(const Answer& answer, const RequestHead& head, const Turn& turn, OutBuffer& out);
  void note(const Answered& answered, std::string_view line, const Turn& turn);

  HttpWorker& worker_;
  std::string peer_;  // for the log; empty where there is none
  std::string kept_;  // input that is not served yet
  std::unique_ptr<Waiting> waiting_;
  std::optional<TimePoint> due_;  // for the head or the body that is under way
  TimePoint now_{};               // of the latest call
};

After Http1Session::on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) {
  const std::string_view text(reinterpret_cast<const char*>(in.data()), in.size());
  if (!kept_.empty()) {
    kept_ += text;
    // Only a line's end can complete a head; looking at each byte of one that drips would be quadratic.
    const bool worth_it = waiting_ != nullptr || text.find('\n') != std::string_view::npos ||
                          kept_.size() > RequestLimits::kTargetBytes;
    now_ = turn.now;
    return worth_it ? serve_kept(turn, out) : After::kRead;
  }
  std::string_view rest = text;
  const After after = serve(rest, turn, out);
  if (after == After::kRead || after == After::kMore) kept_ = rest;
  return after;
}

After Http1Session::resume(const Turn& turn, OutBuffer& out) { return serve_kept(turn, out); }

After Http1Session::serve_kept(const Turn& turn, OutBuffer& out) {
  std::string_view rest = kept_;
  const After after = serve(rest, turn, out);
  if (rest.empty() || (after != After::kRead && after != After::kMore)) {
    std::string().swap(kept_);  // an idle connection holds no memory
  } else {
    kept_.erase(0, kept_.size() - rest.size());
  }
  return after;
}

// Answers what is whole in `in` and takes it off.
After Http1Session::serve(std::string_view& in, const Turn& turn, OutBuffer& out) {
  now_ = turn.now;
  worker_.heed_hangups(turn);
  while (!in.empty()) {
    if (out.full()) return After::kMore;
    const std::size_t before = in.size();
    const auto after = waiting_ != nullptr ? skip_body(in, turn, out) : serve_one(in, turn, out);
    if (after) return *after;
    if (in.size() == before && waiting_ == nullptr) break;  // a head that is not whole
  }
  return After::kRead;
}

std::optional<After> Http1Session::serve_one(std::string_view& in, const Turn& turn, OutBuffer& out) {
  // RFC 9112 2.2: an empty line is no beginning of a request, so no time runs from it.
  while (in.starts_with("\r\n")) in.remove_prefix(2);
  if (in.empty()) {
    due_.reset();
    return std::nullopt;
  }
  RequestHead head;
  const HeadStatus status = parse_request_head(in, head);
  if (status == HeadStatus::kIncomplete) {
    if (!due_) due_ = turn.now + worker_.options.header_timeout;
    return std::nullopt;
  }
  due_.reset();
  if (status != HeadStatus::kComplete) return refuse({.status = status_of(status)}, head, turn, out);
  const std::string_view text = in.substr(0, head.size);
  in.remove_prefix(head.size);
  return answer({.head = head, .text = text, .rest = in}, turn, out);
}

std::optional<After> Http1Session::answer(const Arrived& arrived, const Turn& turn, OutBuffer& out) {
  const auto request = interpret(arrived.head);
  if (!request) {
    const After after = refuse({.status = request.error()}, arrived.head, turn, out);
    return refuses_a_body(request.error(), arrived.head) ? After::kLingerForBody : after;
  }
  if (!request->has_body()) return answer_well_formed(*request, arrived, turn, out);
  if (request->method == Method::kOther) {
    const After after = refuse(method_not_allowed(), arrived.head, turn, out);
    const bool is_here = !request->body_is_chunked && request->body_size <= arrived.rest.size();
    return is_here ? after : After::kLingerForBody;
  }
  wait_for_body(*request, arrived, turn, out);
  return std::nullopt;
}

std::optional<After> Http1Session::answer_well_formed(const Http1Request& request, const Arrived& arrived,
                                                      const Turn& turn, OutBuffer& out) {
  // While the server drains, the answer to the last request that is here says that nothing follows.
  const bool ends = !request.keep_alive || (turn.draining && arrived.rest.empty());
  const Stay stay = ends ? Stay::kClose : request.is_http_10 ? Stay::kOpenSaid : Stay::kOpen;
  const AnswerContext to{.worker = worker_,
                         .turn = turn,
                         .out = out,
                         .head_only = request.method == Method::kHead,
                         .stay = stay};
  const Answered answered =
      request.method == Method::kOther
          ? write_answer(to, method_not_allowed())
          : write_answer(to, answer_to(request, worker_.files.find(request.path, turn), turn));
  note(answered, arrived.head.line, turn);
  if (!ends) return std::nullopt;
  // Who said that nothing follows can be closed on at once; another's next bytes would meet a reset.
  return request.keep_alive || !arrived.rest.empty() ? After::kLinger : After::kClose;
}

// It is answered when its body is over: a client that only reads then would lock both ends.
void Http1Session::wait_for_body(const Http1Request& request, const Arrived& arrived, const Turn& turn,
                                 OutBuffer& out) {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  waiting_ = std::make_unique<Waiting>(Waiting{.head = std::string(arrived.text),
                                               .left = request.body_size,
                                               .chunked = request.body_is_chunked,
                                               .chunks = {}});
  due_ = turn.now + worker_.options.body_timeout;
  if (request.expects_continue && arrived.rest.empty()) out.append(std::as_bytes(std::span(kContinue)));
}

std::optional<After> Http1Session::skip_body(std::string_view& in, const Turn& turn, OutBuffer& out) {
  if (waiting_->chunked) {
    const ChunkedBody::Status status = waiting_->chunks.skip(in);
    if (status == ChunkedBody::Status::kMore) return std::nullopt;
    if (status == ChunkedBody::Status::kMalformed) {
      RequestHead head;
      parse_request_head(waiting_->head, head);
      return refuse({.status = kBadRequest}, head, turn, out);
    }
  } else {
    const std::uint64_t taken = std::min<std::uint64_t>(waiting_->left, in.size());
    in.remove_prefix(taken);
    waiting_->left -= taken;
    if (waiting_->left > 0) return std::nullopt;
  }
  const std::unique_ptr<Waiting> done = std::move(waiting_);
  due_.reset();
  RequestHead head;
  parse_request_head(done->head, head);
  return answer_well_formed(*interpret(head), {.head = head, .text = done->head, .rest = in}, turn, out);
}

// Says why, and that nothing follows; what else the client sends is read past, so that it can read the
// answer.
After Http1Session::refuse(const Answer& answer, const RequestHead& head, const Turn& turn, OutBuffer& out) {
  const AnswerContext to{
      .worker = worker_, .turn = turn, .out = out, .head_only = head.method == "HEAD", .stay = Stay::kClose};
  note(write_answer(to, answer), head.line, turn);
  return After::kLinger;
}

void Http1Session::note(const Answered& answered, std::string_view line, const Turn& turn) {
  ++worker_.totals.requests;
  if (worker_.log == nullptr) return;
  worker_.log->add({.peer = peer_,
                    .at = turn.wall,
                    .request_line = line,
                    .status = answered.status,
                    .body_bytes = answered.body_bytes});
}

// RFC 9110 15.5.9. Who has not begun a request is not waiting for an answer.
After Http1Session::on_deadline(const Turn& turn, OutBuffer& out) {
  if (!due_) return After::kClose;
  RequestHead head;
  parse_request_head(waiting_ != nullptr ? waiting_->head : kept_, head);
  const After after = refuse({.status = kRequestTimeout}, head, turn, out);
  return waiting_ != nullptr ? After::kLingerForBody : after;
}

std::optional<nanoseconds> Http1Session::patience() const {
  if (!due_) return worker_.options.idle_timeout;
  return std::max<nanoseconds>(*due_ - now_, nanoseconds(0));
}

}  // namespace

std::unique_ptr<Session> make_http1_session(HttpWorker& worker, std::string peer) {
  return std::make_unique<Http1Session>(worker, std::move(peer));
}

}  // namespace suite
