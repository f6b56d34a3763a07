// Certificates and keys as files.
#pragma once

#include <expected>
#include <string>

namespace suite {

/// What the file holds; why it cannot be read otherwise. Does not wait where nobody has a pipe open for
/// writing, and 5 s at the most for what a writer owes: a server reads them anew while it serves.
std::expected<std::string, std::string> read_pem_file(const std::string& path);

}  // namespace suite
