#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

// Files that a command names, where the service runs it for somebody else. The asker opens them,
// with the asker's own rights, and hands the open files over; the service opens no path that
// somebody else named. It takes ordinary files only: a pipe or device could keep it waiting.
namespace hb::app {

enum class FileUse {
    Read,
    New,     // written, must not exist yet
    Replace, // written, whatever was there
};

// A file as a command names it.
struct NamedFile {
    std::string name;
    FileUse use = FileUse::Read;
};

// An open file that closes itself.
class OpenFile {
public:
    explicit OpenFile(int number = -1) : number_(number) {}
    ~OpenFile();
    OpenFile(OpenFile&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    OpenFile& operator=(OpenFile&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_;
};

struct PassedFile {
    NamedFile named;
    OpenFile file;       // none: `trouble` says why
    std::string trouble; // "No such file or directory"
    std::string bytes;   // of FileUse::Read, in the service
};

// --- the asker's side

// Opens them, relative names beneath `directory`; what can't be opened carries its trouble.
class FilesToPass {
public:
    FilesToPass(const std::vector<NamedFile>& wanted, const std::string& directory);
    ~FilesToPass(); // files that were made here go again, unless they were kept
    FilesToPass(const FilesToPass&) = delete;
    FilesToPass& operator=(const FilesToPass&) = delete;
    const std::vector<PassedFile>& files() const { return files_; }
    void keep() { made_.clear(); }

private:
    std::vector<PassedFile> files_;
    std::vector<std::string> made_; // paths
};

// --- the service's side

// Reads what is to be read and judges what is to be written. What is not fit gets a trouble and
// loses its file. It may wait for the asker's disk, so only the asker's own thread does it.
void take_over(std::vector<PassedFile>& files);

// The file under this name and for this use. Code::Usage, its message why not.
Result<const PassedFile*> find_passed(const std::vector<PassedFile>& files, const NamedFile& named);
// All of `bytes`, or of the file at `path`, which is ours. Code::Machine when the disk refuses.
Status write_passed(const PassedFile& to, std::string_view bytes);
Status copy_to_passed(const PassedFile& to, const std::string& path);

} // namespace hb::app
