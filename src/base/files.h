#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hb {

// The whole file. Code::NotFound when there is none, Code::Machine when it is larger than
// `bytes_max` or can't be read.
Result<std::string> read_whole_file(const std::string& path, std::size_t bytes_max);

// Whether there is something of this name. Code::Machine when that can't be known: a folder on the
// way may not be read.
Result<bool> path_exists(const std::string& path);

// The file holds either what it held before or all of `bytes`, whatever happens: written beside it,
// synced, renamed. Folders are made. Code::Machine when the disk refuses.
Status write_whole_file(const std::string& path, std::string_view bytes);

// Makes the folder and what is missing above it, each safe from a power cut before it is used.
Status make_folder(const std::string& path, unsigned mode = 0777);

// Of any size; likewise whole or not at all. Private to this user.
Status copy_file(const std::string& from, const std::string& to);
// For names that come from data: NAME or FOLDER/NAME, nothing that leads out of where it stands, no
// other way of writing it.
bool stays_beneath(std::string_view name);
// The same beneath a folder: no link is followed on the way, no matter who put it there. `name` as
// stays_beneath() wants it; folders are made, private to this user.
Status copy_beneath(const std::string& from, const std::string& to, const std::string& name);
Result<std::string> sha256_beneath(const std::string& folder, const std::string& name);
Result<std::string> read_beneath(const std::string& folder, const std::string& name,
                                 std::size_t bytes_max);

// Lower-case hex of the SHA-256 of the whole file, of any size.
Result<std::string> sha256_of_file(const std::string& path);

// A name that every file system takes: letters, digits, dots, dashes and what lies beyond ASCII,
// without control and bidi characters; everything else becomes "_". Never empty, never hidden, at
// most 120 bytes.
std::string safe_file_name(std::string_view name);

} // namespace hb
