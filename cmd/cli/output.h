// Standard error and standard output, and the one loop that writes to them and to files. Nothing else in the
// program does, so that no failure to write can end a run or a server. Nothing here throws; any thread.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace suite {

/// Makes descriptors 0 to 2 what they are for, and a broken pipe an error of write(2) instead of the end of
/// the process. To be called before anything opens a descriptor or starts a thread: where one of the three
/// is closed it would be the next to be handed out, and what is printed would go into a socket or an eventfd.
/// What was closed stays unusable.
void secure_standard_streams() noexcept;

/// Writes all of `text`, however often it takes (short writes, EINTR, O_NONBLOCK set by whoever shares the
/// open file). 0, or the errno of what failed. Waits for a reader as long as it takes; once `interrupt_fd` is
/// readable, at most two seconds longer (ETIMEDOUT).
int write_fully(int fd, std::string_view text, int interrupt_fd = -1) noexcept;

/// What the user is told besides the result. Nothing depends on it: what standard error does not take is
/// counted, and the next line that it does take says so. A reader that does not read is waited for one
/// second; from then on what finds no room is dropped at once, until something fits again.
void write_stderr(std::string_view text) noexcept;

template <class... Args>
void print_stderr(fmt::format_string<Args...> format, Args&&... args) noexcept {
  try {
    write_stderr(fmt::format(format, std::forward<Args>(args)...));
  } catch (...) {
    write_stderr("suite: out of memory\n");
  }
}

/// The result. Why it could not be written, if so: "No space left on device". `interrupt_fd` as above.
[[nodiscard]] std::expected<void, std::string> write_stdout(std::string_view text, int interrupt_fd = -1);

/// The same, and says on standard error why `verb` could not: false then.
[[nodiscard]] bool print_result(std::string_view verb, std::string_view text, int interrupt_fd = -1);

/// Whether nobody can read what is written to standard output any more, as far as can be known without
/// writing to it.
bool stdout_reader_is_gone() noexcept;

}  // namespace suite
