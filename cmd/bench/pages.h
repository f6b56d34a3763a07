// What the HTTP workloads ask for: a document root and a list of URLs, in a folder of our own.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/error.h"
#include "common/limits/figures.h"

namespace suite::bench {

inline constexpr std::string_view kLargePath = "/large.html";
/// Bytes, as in the seeds' tests; the bare loops of `suite limits` exchange the same.
inline constexpr std::uint64_t kSmallSize = limits::kSmallBytes, kLargeSize = limits::kLargeBytes;
inline constexpr std::uint64_t kUrls = 10'000;

/// The path of the page of that many bytes, where Pages::make() was asked for it: "/64.html".
std::string sized_path(std::uint64_t bytes);

/// The document root below the folder, the list for --urls, and where a load leaves its result.
std::string pages_in(const std::string& folder);
std::string urls_in(const std::string& folder);
std::string load_result_in(const std::string& folder);

/// A line for a shell that makes the folder with the same contents.
std::string pages_recipe(const std::string& folder, std::span<const std::uint64_t> sizes = {});

/// The folder, as long as this lives; then it is removed with all that is in it. Move-only.
///
/// The URLs are the page of 40 bytes with 10,000 different queries, and not 10,000 files: in Syncless's
/// test they were made up by the program under test, and so cost no more than the one page of the parallel
/// test. Files would be read once each, and the difference between the two tests would be the file system's.
class Pages {
 public:
  /// With a page of each of these sizes besides.
  static std::expected<Pages, Error> make(std::span<const std::uint64_t> sizes = {});

  Pages(Pages&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  Pages& operator=(Pages&&) = delete;
  ~Pages();

  const std::string& folder() const { return folder_; }

 private:
  explicit Pages(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;  // empty: moved away
};

}  // namespace suite::bench
