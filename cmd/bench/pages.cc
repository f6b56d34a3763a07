#include "cmd/bench/pages.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "cmd/cli/output.h"
#include "common/net/unique_fd.h"

namespace suite::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPage = "<html><body>Hello, World!</body></html>\n";
static_assert(kPage.size() == kSmallSize);

std::string page_of(std::uint64_t bytes) {
  std::string text;
  while (text.size() < bytes) text += kPage;
  text.resize(bytes);
  return text;
}

std::string url_list() {
  std::string text;
  for (std::uint64_t i = 1; i <= kUrls; ++i) text += fmt::format("/?{}\n", i);
  return text;
}

// Sets errno where that fails, as what is called beside it does.
bool write(const std::string& path, std::string_view text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file) errno = write_fully(file.get(), text);
  return file && errno == 0;
}

}  // namespace

std::string sized_path(std::uint64_t bytes) { return fmt::format("/{}.html", bytes); }
std::string pages_in(const std::string& folder) { return folder + "/pages"; }
std::string urls_in(const std::string& folder) { return folder + "/urls"; }
std::string load_result_in(const std::string& folder) { return folder + "/result.json"; }

std::string pages_recipe(const std::string& folder, std::span<const std::uint64_t> sizes) {
  std::string more;
  for (const std::uint64_t bytes : sizes) {
    more +=
        fmt::format("yes \"$(cat pages/index.html)\" | head -c {} > pages{} && ", bytes, sized_path(bytes));
  }
  return fmt::format(
      "(mkdir -p {0}/pages && cd {0} && echo '{1}' > pages/index.html && "
      "yes \"$(cat pages/index.html)\" | head -c {2} > pages{3} && {5}seq -f '/?%.0f' {4} > urls)",
      folder, kPage.substr(0, kPage.size() - 1), kLargeSize, kLargePath, kUrls, more);
}

std::expected<Pages, Error> Pages::make(std::span<const std::uint64_t> sizes) {
  std::error_code no_folder;
  std::string path = (fs::temp_directory_path(no_folder) / "suite-bench-XXXXXX").string();
  if (no_folder || ::mkdtemp(path.data()) == nullptr) {
    return std::unexpected(system_error("make a folder for the pages, " + path,
                                        no_folder ? no_folder.value() : errno, "TMPDIR names another place"));
  }
  Pages pages(std::move(path));
  const std::string root = pages_in(pages.folder());
  std::error_code failed;
  fs::create_directory(root, failed);
  const auto written = [&root](std::uint64_t bytes) {
    return write(root + sized_path(bytes), page_of(bytes));
  };
  if (failed || !std::ranges::all_of(sizes, written) || !write(root + "/index.html", kPage) ||
      !write(root + std::string(kLargePath), page_of(kLargeSize)) ||
      !write(urls_in(pages.folder()), url_list())) {
    return std::unexpected(system_error("write the pages into " + pages.folder(), errno));
  }
  return pages;
}

Pages::~Pages() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

}  // namespace suite::bench
