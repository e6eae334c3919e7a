#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "power/disk_record.h"

// A disk that loses power. What the program did to its files is read from the shim's trace and
// played again up to a moment; then only what was synced is sure to be there, and of the rest
// whatever chance wants: nothing, all, some of it, some of it torn.
namespace hb::test {

struct DiskStep {
    DiskOp op{};
    std::uint64_t node = 0;
    std::uint64_t at = 0;
    std::string path, other, data;
};

std::vector<DiskStep> read_trace(const std::string& file);
// Appended by the test: from here on `text` was answered.
void append_mark(const std::string& file, const std::string& text);

// The files of a moment by their paths; a directory ends with "/".
using Image = std::map<std::string, std::string>;

class Disk {
public:
    explicit Disk(std::string root) : root_(std::move(root)) {}
    // A file, or a directory that ends with "/", that was there, synced, before the trace began.
    void hold(const std::string& path, const std::string& bytes = "");
    void play(const DiskStep& step);
    // What a power cut at this moment leaves.
    Image cut(std::mt19937& random) const;
    // What is there without one.
    Image whole() const;

private:
    struct Change {
        std::uint64_t at = 0;
        std::optional<std::string> data; // none: resized to `at`
    };
    struct File {
        bool directory = false;
        std::string synced;
        std::vector<Change> pending;
    };
    // A name that comes or goes. Directories keep the order of such changes, as journals do.
    struct Naming {
        std::vector<std::pair<std::string, std::optional<std::size_t>>> names; // path -> file
        std::string folder;
    };

    std::size_t made(bool directory);
    void name(Naming change);
    void synced(std::uint64_t node);
    Image gather(const std::map<std::string, std::size_t>& names,
                 const std::function<std::string(const File&)>& bytes) const;

    std::string root_;
    std::vector<File> files_;
    std::map<std::uint64_t, std::size_t> by_node_;
    std::map<std::uint64_t, std::string> folders_; // directories that were opened, to be synced
    std::map<std::string, std::size_t> live_, durable_;
    std::vector<Naming> pending_;
};

// Writes the files below `folder` and takes away what else is there.
void lay_out(const Image& image, const std::string& root, const std::string& folder,
             std::mt19937& random);

} // namespace hb::test
