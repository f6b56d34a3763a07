// Reading the members of JSON objects, with one line for the user about the first that is not as it should
// be.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <nlohmann/json.hpp>

namespace suite::results {

/// Keeps the order in which the members came.
using Json = nlohmann::ordered_json;

/// A duration as documents give it.
double seconds_of(std::chrono::nanoseconds duration);

/// The first thing that is wrong with a document; empty: nothing so far.
using Complaint = std::string;

/// One object of a document. What is missing or of another type is complained of, once, and read as nothing,
/// so that who reads need not look until the end. Members that nobody asks for are ignored: a schema may gain
/// some. The document and the complaint outlive it.
class Fields {
 public:
  /// `path` is where it stands: "runs[0].errors"; empty: it is the whole document.
  Fields(const Json& value, std::string path, Complaint& complaint);

  std::uint64_t count(std::string_view name) const;
  double number(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<int> integers(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;
  /// Given in seconds.
  std::chrono::nanoseconds duration(std::string_view name) const;

  bool has(std::string_view name) const { return value_->contains(name); }
  bool is_null(std::string_view name) const;
  std::optional<std::uint64_t> count_or_null(std::string_view name) const;
  std::optional<std::string> text_or_null(std::string_view name) const;
  std::optional<double> number_or_null(std::string_view name) const;
  std::optional<std::chrono::nanoseconds> duration_or_null(std::string_view name) const;

  Fields object(std::string_view name) const;
  std::optional<Fields> object_or_null(std::string_view name) const;
  /// The same of a member that earlier versions did not write: nothing, too, where it is missing.
  std::optional<Fields> object_if_there(std::string_view name) const {
    return has(name) ? object_or_null(name) : std::nullopt;
  }
  std::vector<Fields> objects(std::string_view name) const;
  /// A list of counts that not every record has: empty, too, where it is missing.
  std::vector<std::uint64_t> counts_if_there(std::string_view name) const;
  /// A member as it is; null where it is missing.
  const Json& raw(std::string_view name) const;

  /// Complains of a member: "its runs[0].driver is ...".
  void complain(std::string_view name, std::string_view what) const;
  /// The object itself.
  const Json& value() const { return *value_; }

 private:
  std::string path_of(std::string_view name) const;

  const Json* value_;  // an object
  std::string path_;
  Complaint* complaint_;
};

}  // namespace suite::results
