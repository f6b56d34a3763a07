// A result that was given on the command line.
#pragma once

#include <expected>
#include <string>

#include "cmd/results/any_document.h"

namespace suite::report {

struct Source {
  std::string label;  // what it is called where several results are overlaid: "monday"
  std::string file;   // its name without folders
  std::string date;   // of the measurement, or else when the file was last written; empty: not known
  std::string text;   // as it was read
  results::AnyDocument document;
};

/// Reads a file, or stdin where `path` is "-". The error is one line for the user.
std::expected<Source, std::string> read_source(const std::string& path);

/// The same of a text that was read; the error follows "cannot be read: ".
std::expected<Source, std::string> source_of(const std::string& file, std::string text);

}  // namespace suite::report
