#include "app/mapping_file.h"

#include "books/settings_names.h"
#include "desk/remapping.h"
#include "mapping/shipped.h"

namespace hb::app {
namespace {

namespace kept = books::kept;

// Books whose free time was read by the shipped mapping, and now the configuration names a file.
std::optional<std::string> shipped_before(const books::Reading& read, const store::Remote& row,
                                          const RemoteConfig& remote) {
    const auto read_by = read->kept.get(row.id, kept::kMappingRead);
    const auto text = mapping::shipped_mapping(remote.connector);
    if (remote.mapping_file.empty() || !read_by || text.empty()) return std::nullopt;
    std::vector<mapping::FileProblem> problems;
    const auto shipped = mapping::Mapping::parse(text, remote.connector, problems);
    if (!shipped || shipped->digest() != *read_by) return std::nullopt;
    return std::string(text);
}

class Taking {
public:
    Taking(World& world, const RemoteConfig& remote, books::RemoteRuntime& runtime)
        : books_(*world.books), remote_(remote), runtime_(runtime) {}

    Status take(const MappingFile& file) {
        const auto taken = books_.read()->kept.get(runtime_.row.id, kept::kMappingFile);
        if (remote_.mapping_file.empty() && !taken) return {}; // the program's own (G65)
        const auto newest = books_.read()->mappings.newest(runtime_.row.id);
        if (newest && newest->text != file.text && taken != newest->text)
            return note(taken, std::nullopt); // somebody's version goes before the file
        const auto before = mapping_in_force(books_.read(), runtime_.row, remote_, file);
        if (before == file.text) return note(file.text, std::nullopt);
        return try_out(file, before, taken);
    }

private:
    Status try_out(const MappingFile& file, const std::string& before,
                   const std::optional<std::string>& taken) {
        std::vector<mapping::FileProblem> problems;
        auto next = mapping::Mapping::parse(file.text, file.name, problems);
        if (!next) return Error{Code::Usage, to_string(problems.front()), "", "hourbridge check"};
        desk::Remapping work(books_, runtime_, before);
        const auto effect = work.preview(*next);
        if (const auto fine = desk::judge_mapping(effect, {}); !fine)
            return note(taken ? taken : before, fine.error().message);
        const auto applied = work.apply(file.text, std::move(*next), std::nullopt,
                                        "the file of the configuration", books::Actor{"file"});
        if (!applied) return applied.error();
        return note(file.text, std::nullopt);
    }

    Status note(const std::optional<std::string>& taken,
                const std::optional<std::string>& refused) {
        books::Step step = books_.begin();
        put(step, kept::kMappingFile, taken);
        put(step, kept::kMappingRefused, refused);
        step.done();
        return {};
    }
    void put(books::Step& step, const char* name, const std::optional<std::string>& value) {
        const auto known = step->kept.get(runtime_.row.id, name);
        if (known == value) return;
        if (value)
            step->kept.put(runtime_.row.id, name, *value, step.now());
        else
            step->kept.erase(runtime_.row.id, name);
    }

    books::Books& books_;
    const RemoteConfig& remote_;
    books::RemoteRuntime& runtime_;
};

} // namespace

std::string mapping_in_force(const books::Reading& read, const store::Remote& row,
                             const RemoteConfig& remote, const MappingFile& file) {
    if (row.id == 0) return file.text;
    if (const auto applied = read->mappings.newest(row.id)) return applied->text;
    if (auto taken = read->kept.get(row.id, kept::kMappingFile)) return std::move(*taken);
    return shipped_before(read, row, remote).value_or(file.text);
}

Status take_mapping_file(World& world, const RemoteConfig& remote) {
    auto* runtime = world.books->find_remote(remote.name);
    if (runtime == nullptr || runtime->row.id == 0) return {};
    std::vector<mapping::FileProblem> problems;
    const auto file = mapping_file(remote, problems);
    if (!file) return Error{Code::Usage, to_string(problems.front()), "", "hourbridge check"};
    return Taking(world, remote, *runtime).take(*file);
}

} // namespace hb::app
