#include "common/ranks/mpi_communicator.h"

#include <dlfcn.h>
#include <unistd.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <list>
#include <system_error>
#include <utility>

#include "common/base/units.h"
#include "common/ranks/mpi_abi.h"

namespace suite {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAdvice =
    "install libopenmpi-dev and build suite again, or install its package and openmpi-bin; without MPI: "
    "--share and suite merge";

class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator(const SuiteMpi& mpi, std::size_t rank, std::size_t size)
      : mpi_(mpi), rank_(rank), size_(size) {}

  std::size_t rank() const override { return rank_; }
  std::size_t size() const override { return size_; }

  void send(std::size_t to, std::string text) override {
    if (failure_) return;
    Transfer& transfer = outgoing_.emplace_back(Transfer{.peer = to, .text = std::move(text)});
    std::array<char, SUITE_MPI_WHY> why{};
    if (mpi_.send(static_cast<int>(to), transfer.text.data(), transfer.text.size(), &transfer.request,
                  why.data()) == 0) {
      return;
    }
    outgoing_.pop_back();
    fail("send to another rank", why.data());
  }

  std::optional<RankMessage> poll() override {
    while (!outgoing_.empty() && is_done(outgoing_.front())) outgoing_.pop_front();
    begin_to_receive();
    if (failure_) return std::nullopt;
    const auto whole =
        std::ranges::find_if(incoming_, [this](Transfer& one) { return is_next(one) && is_done(one); });
    if (whole == incoming_.end()) return std::nullopt;
    RankMessage message{.from = whole->peer, .text = std::move(whole->text)};
    incoming_.erase(whole);
    return message;
  }

  bool is_sending() const override { return !outgoing_.empty(); }
  const std::optional<Error>& failure() const override { return failure_; }

  void finish() override {
    std::array<char, SUITE_MPI_WHY> why{};
    if (mpi_.finish(why.data()) != 0) fail("leave the job", why.data());
  }
  void abort(int code) override { mpi_.abort(code); }

 private:
  /// A message on its way. The text stays where it is: a list moves none of its elements.
  struct Transfer {
    std::size_t peer;
    std::string text;
    void* request = nullptr;  // of the plug-in; nullptr: done
  };

  // Messages of one rank begin to arrive in their order, and a short one may be whole before a long one.
  bool is_next(const Transfer& transfer) const {
    return &*std::ranges::find(incoming_, transfer.peer, &Transfer::peer) == &transfer;
  }

  bool is_done(Transfer& transfer) {
    if (transfer.request == nullptr || failure_) return true;
    std::array<char, SUITE_MPI_WHY> why{};
    const int done = mpi_.is_done(transfer.request, why.data());
    if (done == 0) return false;
    transfer.request = nullptr;
    if (done < 0) fail("exchange messages with another rank", why.data());
    return true;
  }

  void begin_to_receive() {
    if (failure_) return;
    std::array<char, SUITE_MPI_WHY> why{};
    int there = 0;
    int from = 0;
    std::size_t size = 0;
    if (mpi_.arrived(&there, &from, &size, why.data()) != 0) fail("look for messages", why.data());
    if (failure_ || there == 0) return;
    Transfer& transfer = incoming_.emplace_back(
        Transfer{.peer = static_cast<std::size_t>(from), .text = std::string(size, '\0')});
    if (mpi_.receive(from, transfer.text.data(), size, &transfer.request, why.data()) != 0) {
      fail("receive from another rank", why.data());
    }
  }

  void fail(std::string_view what, std::string_view why) {
    if (!failure_)
      failure_ = Error{.what = std::string(what), .why = "MPI: " + std::string(why), .advice = {}};
  }

  const SuiteMpi& mpi_;
  std::size_t rank_, size_;
  std::list<Transfer> outgoing_, incoming_;
  std::optional<Error> failure_;
};

/// What the launcher said and what the plug-in is for do not go together.
Error no_plugin(const Launched& launched, std::string why) {
  return {.what = launched.ranks
                      ? fmt::format("be one of the {} ranks of {}", *launched.ranks, launched.launcher)
                      : fmt::format("be a rank of {}", launched.launcher),
          .why = std::move(why),
          .advice = kAdvice};
}

std::expected<const SuiteMpi*, Error> load_plugin(const Launched& launched) {
  for (const std::string& path : mpi_plugin_paths()) {
    if (::access(path.c_str(), F_OK) != 0) continue;
    // Open MPI's components look for its symbols among those that all may use.
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) return std::unexpected(no_plugin(launched, ::dlerror()));
    using Entry = const SuiteMpi* (*)();
    const auto entry = reinterpret_cast<Entry>(::dlsym(library, SUITE_MPI_SYMBOL));
    const SuiteMpi* const mpi = entry == nullptr ? nullptr : entry();
    if (mpi != nullptr && mpi->abi == SUITE_MPI_ABI) return mpi;
    return std::unexpected(no_plugin(launched, path + " is of another version of suite"));
  }
  return std::unexpected(no_plugin(launched, "this suite has no plug-in for MPI"));
}

}  // namespace

std::vector<std::string> mpi_plugin_paths() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (error) return {};
  return {folder / "suite_mpi.so", (folder / SUITE_PLUGIN_FOLDER / "suite_mpi.so").lexically_normal()};
}

std::expected<std::unique_ptr<Communicator>, Error> join_mpi(const Launched& launched) {
  const auto mpi = load_plugin(launched);
  if (!mpi) return std::unexpected(mpi.error());
  std::array<char, SUITE_MPI_WHY> why{};
  int rank = 0;
  int ranks = 0;
  if ((*mpi)->start(&rank, &ranks, why.data()) != 0) {
    return std::unexpected(Error{.what = "start MPI", .why = why.data(), .advice = {}});
  }
  // A launcher of another MPI: each process is then alone in a job of its own.
  if (launched.ranks && *launched.ranks != static_cast<std::size_t>(ranks)) {
    return std::unexpected(
        Error{.what = "join the job",
              .why = fmt::format("{} says {}, the MPI of suite's plug-in sees {}", launched.launcher,
                                 format_items(*launched.ranks, "rank"), ranks),
              .advice = "start suite with the mpirun of the MPI that it was built with"});
  }
  return std::make_unique<MpiCommunicator>(**mpi, static_cast<std::size_t>(rank),
                                           static_cast<std::size_t>(ranks));
}

}  // namespace suite
