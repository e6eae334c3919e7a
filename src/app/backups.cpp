#include "app/backups.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

#include "base/files.h"
#include "base/text.h"
#include "store/crm.h"

namespace hb::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStem = "hourbridge-";
constexpr std::string_view kEnd = ".db";

bool exists(const std::string& path) {
    std::error_code unknown;
    return fs::exists(path, unknown);
}

// "20260305T023000Z" <-> "2026-03-05T02:30:00Z"
std::string stamp_of(Instant at) {
    std::string out;
    for (const char c : format_instant(at))
        if (c != '-' && c != ':') out += c;
    return out;
}

std::optional<Instant> instant_of(std::string_view stamp) {
    if (stamp.size() != 16 || stamp[8] != 'T') return std::nullopt;
    const std::string text(stamp);
    const auto at =
        parse_instant(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                      text.substr(11, 2) + ":" + text.substr(13));
    return at ? std::optional(*at) : std::nullopt;
}

} // namespace

Status make_backup_folder(const std::string& folder) {
    const auto made = make_folder(folder, 0700);
    if (made) return {};
    return Error{Code::Machine, "can't make the folder for backups", made.error().detail,
                 "make it by hand and give it to the service's user"};
}

Status copy_document(const std::string& from, const std::string& to, const std::string& file) {
    if (stays_beneath(file) && (exists(to + "/" + file) || !exists(from + "/" + file))) return {};
    return copy_beneath(from, to, file);
}

bool on_one_disk(const std::string& one, const std::string& other) {
    const auto device = [](const std::string& path) -> std::optional<dev_t> {
        struct stat about {};
        for (fs::path at = fs::path(path).lexically_normal();; at = at.parent_path()) {
            if (::stat(at.c_str(), &about) == 0) return about.st_dev;
            if (at == at.parent_path()) return std::nullopt;
        }
    };
    const auto first = device(one), second = device(other);
    return first && second && *first == *second;
}

std::string backup_name(Instant at) {
    return std::string(kStem) + stamp_of(at) + std::string(kEnd);
}

Result<Manifest> manifest_of(store::Database& db, const std::string& documents_dir,
                             const std::string& file, const std::string& name) {
    Manifest out;
    out.made.file = file;
    std::error_code trouble;
    out.made.bytes = static_cast<std::int64_t>(fs::file_size(file, trouble));
    const auto hash = sha256_of_file(file);
    if (!hash) return hash.error();
    out.text = *hash + "  " + name + "\n";
    for (const auto& document : store::Documents(db).kept()) {
        out.text += document.sha256 + "  documents/" + document.file + "\n";
        ++out.made.documents;
        if (!exists(documents_dir + "/" + document.file)) ++out.made.missing;
    }
    return out;
}

Result<BackupMade> write_manifest(store::Database& db, const std::string& documents_dir,
                                  const std::string& file) {
    auto manifest = manifest_of(db, documents_dir, file, fs::path(file).filename().string());
    if (!manifest) return manifest.error();
    if (auto written = write_whole_file(file + kManifestEnd, manifest->text); !written)
        return written.error();
    return manifest->made;
}

Result<BackupMade> make_backup(store::Database& db, const std::string& documents_dir,
                               const std::string& folder, const std::string& name) {
    if (auto there = make_backup_folder(folder); !there) return there.error();
    const std::string file = folder + "/" + name;
    if (auto copied = db.backup_to(file); !copied) return copied.error();
    for (const auto& document : store::Documents(db).kept())
        if (auto copied = copy_document(documents_dir, folder + "/documents", document.file);
            !copied)
            return copied.error();
    return write_manifest(db, documents_dir, file);
}

std::vector<BackupFile> list_backups(const std::string& folder) {
    std::vector<BackupFile> out;
    std::error_code unknown;
    for (const auto& entry : fs::directory_iterator(folder, unknown)) {
        const std::string name = entry.path().filename().string();
        if (name.size() <= kStem.size() + kEnd.size() || name.rfind(kStem, 0) != 0 ||
            name.substr(name.size() - kEnd.size()) != kEnd)
            continue;
        const auto at = instant_of(
            std::string_view(name).substr(kStem.size(), name.size() - kStem.size() - kEnd.size()));
        const std::string path = entry.path().string();
        if (at) out.push_back({path, *at, exists(path + kManifestEnd)});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return out;
}

std::vector<std::string> outdated(const std::vector<BackupFile>& backups, int keep_days,
                                  Instant now) {
    const Instant oldest = now - std::chrono::days{keep_days};
    const BackupFile* newest_good = nullptr;
    for (const auto& backup : backups)
        if (backup.good && (newest_good == nullptr || backup.at > newest_good->at))
            newest_good = &backup;
    std::vector<std::string> out;
    for (const auto& backup : backups)
        if (backup.at < oldest && &backup != newest_good) out.push_back(backup.path);
    return out;
}

Instant last_time(std::chrono::minutes time_of_day, const Zone& zone, Instant now) {
    const Day today = zone.day_of(now);
    const Instant at = zone.start_of(today) + time_of_day;
    return at <= now ? at : zone.start_of(today - std::chrono::days{1}) + time_of_day;
}

DocumentsBack bring_documents(store::Database& db, const std::string& documents_dir,
                              const std::string& backup_folder) {
    DocumentsBack out;
    for (const auto& document : store::Documents(db).kept()) {
        const auto known = sha256_beneath(documents_dir, document.file);
        if (known && *known == document.sha256) continue;
        const std::string there = backup_folder + "/documents";
        const auto copy = sha256_beneath(there, document.file);
        if (copy && *copy == document.sha256 && copy_beneath(there, documents_dir, document.file))
            ++out.copied;
        else
            out.missing.push_back(document.file);
    }
    return out;
}

} // namespace hb::app
