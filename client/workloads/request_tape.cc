#include "client/workloads/request_tape.h"

#include <numeric>

namespace suite {
namespace {

// What one send takes at the most, about; also enough for a first-level cache to hold.
constexpr std::size_t kEnoughBytes = 32 * 1024;

}  // namespace

RequestTape::RequestTape(const std::vector<std::string>& requests, std::size_t thread, std::size_t threads) {
  const std::size_t round = requests.size() / std::gcd(requests.size(), threads);
  offset_.push_back(0);
  do {
    for (std::size_t i = 0; i < round; ++i) {
      const std::size_t url = (thread + i * threads) % requests.size();
      text_ += requests[url];
      offset_.push_back(text_.size());
      url_.push_back(static_cast<std::uint32_t>(url));
    }
  } while (text_.size() < kEnoughBytes);
}

}  // namespace suite
