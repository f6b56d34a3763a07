#include "cmd/results/fields.h"

#include <fmt/format.h>

#include <cmath>

namespace suite::results {
namespace {

using std::chrono::nanoseconds;

const Json kNothing = Json::object(), kNull;

}  // namespace

double seconds_of(nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

Fields::Fields(const Json& value, std::string path, Complaint& complaint)
    : value_(value.is_object() ? &value : &kNothing), path_(std::move(path)), complaint_(&complaint) {}

std::string Fields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void Fields::complain(std::string_view name, std::string_view what) const {
  if (complaint_->empty()) *complaint_ = fmt::format("its {} {}", path_of(name), what);
}

const Json& Fields::raw(std::string_view name) const {
  const auto found = value_->find(name);
  if (found != value_->end()) return *found;
  complain(name, "is missing");
  return kNull;
}

bool Fields::is_null(std::string_view name) const { return raw(name).is_null(); }

std::uint64_t Fields::count(std::string_view name) const {
  const Json& value = raw(name);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  complain(name, "is no count");
  return 0;
}

double Fields::number(std::string_view name) const {
  const Json& value = raw(name);
  if (value.is_number()) return value.get<double>();
  complain(name, "is no number");
  return 0;
}

bool Fields::flag(std::string_view name) const {
  const Json& value = raw(name);
  if (value.is_boolean()) return value.get<bool>();
  complain(name, "is neither true nor false");
  return false;
}

std::string Fields::text(std::string_view name) const {
  const Json& value = raw(name);
  if (value.is_string()) return value.get<std::string>();
  complain(name, "is no text");
  return {};
}

std::optional<std::string> Fields::text_or_null(std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return text(name);
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  std::vector<std::string> all;
  const Json& list = raw(name);
  if (!list.is_array()) complain(name, "is no list");
  for (const Json& one : list) {
    if (one.is_string()) {
      all.push_back(one.get<std::string>());
    } else {
      complain(name, "holds what is no text");
    }
  }
  return all;
}

std::vector<int> Fields::integers(std::string_view name) const {
  std::vector<int> all;
  const Json& list = raw(name);
  if (!list.is_array()) complain(name, "is no list");
  for (const Json& one : list) {
    if (one.is_number_integer()) {
      all.push_back(one.get<int>());
    } else {
      complain(name, "holds what is no integer");
    }
  }
  return all;
}

std::vector<double> Fields::numbers(std::string_view name) const {
  std::vector<double> all;
  const Json& list = raw(name);
  if (!list.is_array()) complain(name, "is no list");
  for (const Json& one : list) {
    if (one.is_number()) {
      all.push_back(one.get<double>());
    } else {
      complain(name, "holds what is no number");
    }
  }
  return all;
}

std::vector<std::uint64_t> Fields::counts_if_there(std::string_view name) const {
  std::vector<std::uint64_t> all;
  if (!has(name)) return all;
  const Json& list = raw(name);
  if (!list.is_array()) complain(name, "is no list");
  for (const Json& one : list) {
    if (one.is_number_unsigned()) {
      all.push_back(one.get<std::uint64_t>());
    } else {
      complain(name, "holds what is no count");
    }
  }
  return all;
}

nanoseconds Fields::duration(std::string_view name) const {
  constexpr double kMost = 1e9;  // seconds: 31 years, exact to the nanosecond for a third of one
  const double seconds = number(name);
  if (seconds >= 0 && seconds <= kMost) return nanoseconds(std::llround(seconds * 1e9));
  complain(name, "is no duration");
  return {};
}

std::optional<std::uint64_t> Fields::count_or_null(std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return count(name);
}

std::optional<double> Fields::number_or_null(std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return number(name);
}

std::optional<nanoseconds> Fields::duration_or_null(std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return duration(name);
}

Fields Fields::object(std::string_view name) const {
  const Json& value = raw(name);
  if (!value.is_object()) complain(name, "is no object");
  return {value, path_of(name), *complaint_};
}

std::optional<Fields> Fields::object_or_null(std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return object(name);
}

std::vector<Fields> Fields::objects(std::string_view name) const {
  std::vector<Fields> all;
  const Json& list = raw(name);
  if (!list.is_array()) {
    complain(name, "is no list");
    return all;
  }
  for (const Json& one : list) {
    if (!one.is_object()) complain(name, "holds what is no object");
    all.emplace_back(one, fmt::format("{}[{}]", path_of(name), all.size()), *complaint_);
  }
  return all;
}

}  // namespace suite::results
