#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

#include "power/disk.h"

namespace hb::test {
namespace {

namespace fs = std::filesystem;

std::string tidy(const std::string& path) {
    return fs::path(path).lexically_normal().string();
}
std::string folder_of(const std::string& path) {
    return fs::path(path).parent_path().string();
}

void apply(std::string& bytes, std::uint64_t at, const std::string& data) {
    if (bytes.size() < at + data.size()) bytes.resize(at + data.size(), '\0');
    std::copy(data.begin(), data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

// Sectors of a write that made it; what lies around a sector is never harmed.
void apply_torn(std::string& bytes, std::uint64_t at, const std::string& data,
                std::mt19937& random) {
    const std::size_t sector = random() % 2 == 0 ? 512 : 4096;
    for (std::size_t from = 0; from < data.size();) {
        const std::size_t to = std::min(data.size(), (at + from) / sector * sector + sector - at);
        if (random() % 2 == 0) apply(bytes, at + from, data.substr(from, to - from));
        from = to;
    }
}

} // namespace

std::vector<DiskStep> read_trace(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::vector<DiskStep> steps;
    DiskRecord head;
    while (in.read(reinterpret_cast<char*>(&head), sizeof head)) {
        if (head.magic != kDiskMagic) throw std::runtime_error("the trace is damaged");
        std::string paths(head.paths, '\0');
        in.read(paths.data(), static_cast<std::streamsize>(paths.size()));
        DiskStep step{head.op, head.node, head.at, {}, {}, std::string(head.bytes, '\0')};
        in.read(step.data.data(), static_cast<std::streamsize>(step.data.size()));
        const auto zero = paths.find('\0');
        if (head.op == DiskOp::Mark) {
            step.path = paths;
        } else {
            step.path = tidy(paths.substr(0, zero));
            if (zero != std::string::npos) step.other = tidy(paths.substr(zero + 1));
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

void append_mark(const std::string& file, const std::string& text) {
    DiskRecord head{kDiskMagic, DiskOp::Mark, 0, 0, static_cast<std::uint32_t>(text.size()), 0};
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
    bytes += text;
    const int trace = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const bool written =
        ::write(trace, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    ::close(trace);
    if (!written) throw std::runtime_error("the trace can't be written");
}

std::size_t Disk::made(bool directory) {
    files_.push_back({directory, "", {}});
    return files_.size() - 1;
}

void Disk::hold(const std::string& path, const std::string& bytes) {
    const bool directory = path.back() == '/';
    const std::string at = directory ? path.substr(0, path.size() - 1) : path;
    live_[at] = durable_[at] = made(directory);
    files_[live_[at]].synced = bytes;
}

void Disk::name(Naming change) {
    for (const auto& [path, file] : change.names) {
        if (file)
            live_[path] = *file;
        else
            live_.erase(path);
    }
    pending_.push_back(std::move(change));
}

void Disk::synced(std::uint64_t node) {
    if (const auto folder = folders_.find(node); folder != folders_.end()) {
        std::vector<Naming> later;
        for (auto& change : pending_) {
            if (change.folder != folder->second) {
                later.push_back(std::move(change));
                continue;
            }
            for (const auto& [path, file] : change.names) {
                if (file)
                    durable_[path] = *file;
                else
                    durable_.erase(path);
            }
        }
        pending_ = std::move(later);
        return;
    }
    const auto known = by_node_.find(node);
    if (known == by_node_.end()) return;
    File& file = files_[known->second];
    for (const auto& change : file.pending) {
        if (change.data)
            apply(file.synced, change.at, *change.data);
        else
            file.synced.resize(change.at, '\0');
    }
    file.pending.clear();
}

void Disk::play(const DiskStep& step) {
    const auto live = live_.find(step.path);
    switch (step.op) {
    case DiskOp::Open:
        if (live == live_.end()) {
            by_node_[step.node] = made(false);
            name({{{step.path, by_node_[step.node]}}, folder_of(step.path)});
        } else {
            by_node_[step.node] = live->second;
        }
        return;
    case DiskOp::OpenDirectory:
        folders_[step.node] = step.path;
        by_node_.erase(step.node);
        return;
    case DiskOp::Write:
        files_.at(by_node_.at(step.node)).pending.push_back({step.at, step.data});
        return;
    case DiskOp::Resize:
        files_.at(by_node_.at(step.node)).pending.push_back({step.at, std::nullopt});
        return;
    case DiskOp::Sync:
        return synced(step.node);
    case DiskOp::Rename:
        if (live == live_.end()) return;
        return name(
            {{{step.other, live->second}, {step.path, std::nullopt}}, folder_of(step.other)});
    case DiskOp::Link:
        if (live == live_.end()) return;
        return name({{{step.other, live->second}}, folder_of(step.other)});
    case DiskOp::Unlink:
        return name({{{step.path, std::nullopt}}, folder_of(step.path)});
    case DiskOp::MakeDirectory:
        return name({{{step.path, made(true)}}, folder_of(step.path)});
    case DiskOp::Mark:
        return;
    }
}

// A file is there when every directory above it is.
Image Disk::gather(const std::map<std::string, std::size_t>& names,
                   const std::function<std::string(const File&)>& bytes) const {
    Image image;
    for (const auto& [path, file] : names) {
        bool reached = true;
        for (std::string folder = folder_of(path); folder.size() > root_.size();
             folder = folder_of(folder)) {
            const auto above = names.find(folder);
            reached = reached && above != names.end() && files_[above->second].directory;
        }
        if (!reached) continue;
        if (files_[file].directory)
            image[path + "/"] = "";
        else
            image[path] = bytes(files_[file]);
    }
    return image;
}

Image Disk::whole() const {
    return gather(live_, [](const File& file) {
        std::string bytes = file.synced;
        for (const auto& change : file.pending) {
            if (change.data)
                apply(bytes, change.at, *change.data);
            else
                bytes.resize(change.at, '\0');
        }
        return bytes;
    });
}

Image Disk::cut(std::mt19937& random) const {
    // Of each directory's changes of names a beginning is kept.
    std::map<std::string, std::size_t> changes, kept, seen;
    for (const auto& change : pending_) ++changes[change.folder];
    const auto mood = random() % 4;
    for (const auto& [folder, count] : changes)
        kept[folder] = mood == 0 ? 0 : mood == 1 ? count : random() % (count + 1);
    auto names = durable_;
    for (const auto& change : pending_) {
        if (seen[change.folder]++ >= kept[change.folder]) continue;
        for (const auto& [path, file] : change.names) {
            if (file)
                names[path] = *file;
            else
                names.erase(path);
        }
    }
    return gather(names, [&](const File& file) {
        std::string bytes = file.synced;
        const auto way = random() % 5; // 0 nothing, 1 all, 2 a beginning, 3 and 4 some, torn
        const std::size_t begun =
            way == 2 ? random() % (file.pending.size() + 1) : file.pending.size();
        for (std::size_t i = 0; i < file.pending.size() && way != 0; ++i) {
            const Change& change = file.pending[i];
            if (way == 2 && i > begun) break;
            if (way >= 3 && random() % 2 == 0) continue;
            if (!change.data)
                bytes.resize(change.at, '\0');
            else if (way == 1 || (way == 2 && i < begun) || (way == 4 && random() % 2 == 0))
                apply(bytes, change.at, *change.data);
            else
                apply_torn(bytes, change.at, *change.data, random);
        }
        return bytes;
    });
}

void lay_out(const Image& image, const std::string& root, const std::string& folder,
             std::mt19937& random) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const auto& [path, bytes] : image) {
        const std::string to = folder + path.substr(root.size());
        if (path.back() == '/') {
            fs::create_directories(to);
            continue;
        }
        std::string content = bytes;
        // The index of the log is shared memory: after a cut it holds anything, or nothing.
        if (path.size() > 4 && path.substr(path.size() - 4) == "-shm") {
            if (random() % 2 == 0) continue;
            content.assign(32768, '\0');
            for (char& c : content) c = static_cast<char>(random());
        }
        std::ofstream(to, std::ios::binary) << content;
        fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
    }
}

} // namespace hb::test
