# cmake -DOUT=file.cpp -DDIR=migrations -P embed.cmake
# Writes the migrations into a source file, in the order of their numbers, which have no gaps.
file(GLOB files "${DIR}/*.sql")
list(SORT files)
set(expected 0)
set(rows "")
foreach(file ${files})
  get_filename_component(name "${file}" NAME_WE)
  math(EXPR expected "${expected} + 1")
  if(NOT name MATCHES "^0*([1-9][0-9]*)_[a-z0-9_]+$" OR NOT name MATCHES "^[0-9][0-9][0-9][0-9]_")
    message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql")
  endif()
  string(REGEX MATCH "[1-9][0-9]*" number "${name}")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: expected migration number ${expected}")
  endif()
  file(READ "${file}" sql)
  string(APPEND rows "    {${number}, \"${name}\", R\"hbsql(${sql})hbsql\"},\n")
endforeach()
file(WRITE "${OUT}.new"
  "#include \"store/migrations.h\"\n\nnamespace hb::store {\n\n"
  "const std::vector<Migration>& migrations() {\n"
  "    static const std::vector<Migration> all{\n${rows}    };\n    return all;\n}\n\n"
  "} // namespace hb::store\n")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
