// The session against libnghttp2 as a client: what the two of them make of one conversation.
#include <nghttp2/nghttp2.h>

#include <map>
#include <random>

#include "tests/servers/protocols/http2/http2_session_test.h"
#include "tests/support/socket.h"

namespace suite::test {
namespace {

// What came of one request.
struct Outcome2 {
  std::string status, body;
  std::string length = "(none)";
  bool closed = false;
  std::uint32_t error = 0;
};

class Nghttp2Client {
 public:
  explicit Nghttp2Client(std::uint32_t window) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &on_close);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, &on_invalid);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &entry, 1);
  }
  Nghttp2Client(const Nghttp2Client&) = delete;
  Nghttp2Client& operator=(const Nghttp2Client&) = delete;
  ~Nghttp2Client() { nghttp2_session_del(session_); }

  std::int32_t ask(const std::string& method, const std::string& path, std::size_t body) {
    const auto field = [](std::string_view name, std::string_view value) {
      return nghttp2_nv{reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                        reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                        value.size(), NGHTTP2_NV_FLAG_NONE};
    };
    const std::array fields{field(":method", method), field(":scheme", "http"), field(":path", path),
                            field(":authority", "localhost"), field("user-agent", "test")};
    left_.push_back(std::make_unique<std::size_t>(body));
    nghttp2_data_provider provider{.source = {.ptr = left_.back().get()}, .read_callback = &read_body};
    const std::int32_t id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                                   body > 0 ? &provider : nullptr, nullptr);
    outcomes[id];
    return id;
  }
  void cancel(std::int32_t id) { nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL); }
  void ping() { nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); }

  std::string take() {
    std::string bytes;
    const std::uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;)
      bytes.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    return bytes;
  }
  bool give(std::string_view bytes) {
    return nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    bytes.size()) == static_cast<ssize_t>(bytes.size());
  }

  std::map<std::int32_t, Outcome2> outcomes;
  int invalid = 0;  // frames of ours that it refused

 private:
  static Nghttp2Client& self(void* user) { return *static_cast<Nghttp2Client*>(user); }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") self(user).outcomes[frame->hd.stream_id].status = text;
    if (key == "content-length") self(user).outcomes[frame->hd.stream_id].length = text;
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user) {
    self(user).outcomes[id].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
    self(user).outcomes[id].closed = true;
    self(user).outcomes[id].error = error;
    return 0;
  }
  static int on_invalid(nghttp2_session*, const nghttp2_frame*, int, void* user) {
    ++self(user).invalid;
    return 0;
  }
  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& left = *static_cast<std::size_t*>(source->ptr);
    const std::size_t size = std::min(most, left);
    std::fill_n(into, size, std::uint8_t{'b'});
    left -= size;
    if (left == 0) *flags = NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  nghttp2_session* session_ = nullptr;
  std::vector<std::unique_ptr<std::size_t>> left_;
};

class Http2Differential : public Http2SessionTest {};

TEST_F(Http2Differential, AgreesWithNghttp2OnWhatWasAskedAndAnswered) {
  std::map<std::string, std::string> files{{"/a.txt", "the text of a"}, {"/empty.txt", ""}};
  for (const std::size_t size : {1'000U, 9'000U, 70'000U, 400'000U}) {
    const std::string name = "f" + std::to_string(size);
    files["/" + name] = noise(size, static_cast<unsigned>(size));
    write(name, files["/" + name]);
  }
  std::vector<std::string> paths{"/none"};
  for (const auto& [path, content] : files) paths.push_back(path);

  for (unsigned seed = 1; seed <= (kSanitized ? 10U : 40U); ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t most) { return random() % most; };
    options_.cache_bytes = seed % 4 == 0 ? 0 : 64 << 20;
    restart();
    constexpr std::uint32_t kWindows[] = {600, 5'000, 65'535, 10'000'000};
    Nghttp2Client client(kWindows[below(4)]);
    struct Asked {
      std::string method, path;
      std::size_t body;
      bool cancelled;
    };
    std::map<std::int32_t, Asked> asked;
    std::string to_server;
    for (int turns = 0; turns < 100'000; ++turns) {
      if (asked.size() < 150 && below(3) == 0) {
        const char* const methods[] = {"GET", "GET", "GET", "HEAD", "POST"};
        Asked one{methods[below(5)], paths[below(paths.size())], 0, false};
        if (below(5) == 0) one.body = 1 + below(200'000);
        asked[client.ask(one.method, one.path, one.body)] = one;
        if (below(10) == 0) {
          asked.rbegin()->second.cancelled = true;
          if (below(2) == 0) to_server += client.take();
          client.cancel(asked.rbegin()->first);
        }
      }
      if (below(20) == 0) client.ping();
      to_server += client.take();
      if (to_server.empty() && asked.size() >= 150) break;
      const std::string piece = to_server.substr(0, 1 + below(seed % 2 == 0 ? 30'000 : 300));
      to_server.erase(0, piece.size());
      After after = piece.empty() ? After::kRead : session_->on_bytes(bytes_of(piece), turn_, out_);
      for (;;) {  // sometimes input arrives between two parts
        ASSERT_TRUE(client.give(take_out()));
        to_server += client.take();
        if (after == After::kMore || (after == After::kReadOrMore && to_server.empty())) {
          after = session_->resume(turn_, out_);
        } else {
          break;
        }
      }
      ASSERT_TRUE(after == After::kRead || after == After::kReadOrMore) << seed;
      if (after == After::kReadOrMore && to_server.empty()) ADD_FAILURE();
    }
    EXPECT_EQ(client.invalid, 0) << seed;
    EXPECT_EQ(asked.size(), 150U) << seed;
    for (const auto& [id, one] : asked) {
      const Outcome2& got = client.outcomes[id];
      if (one.cancelled) continue;
      ASSERT_TRUE(got.closed) << seed << " " << id << " " << one.method << one.path << " " << one.body;
      if (got.error == NGHTTP2_REFUSED_STREAM) continue;
      ASSERT_EQ(got.error, 0U) << seed << " " << id << " " << one.method << one.path;
      const bool found = files.contains(one.path);
      ASSERT_EQ(got.status, one.method == "POST" ? "405" : found ? "200" : "404") << seed << " " << id;
      if (one.method == "POST" || !found) continue;
      ASSERT_EQ(got.length, std::to_string(files[one.path].size()));
      ASSERT_TRUE(got.body == (one.method == "HEAD" ? "" : files[one.path])) << seed << " " << id << one.path;
    }
  }
}

}  // namespace
}  // namespace suite::test
