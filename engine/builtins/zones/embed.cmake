# Compiles tzdata.zi with zic and writes all zones as one C++ source, so that no decision reads a file of the machine.
#
#   cmake -DZIC=zic -DSOURCE=tzdata.zi -DWORK=folder -DOUTPUT=zone_tables.cc -P embed.cmake
#
# tzdata.zi is the file of that name in a release of the IANA time-zone database, made with the links and older zones
# that Debian and Go ship, too (PACKRATDATA=backzone PACKRATLIST=zone.tab). Its first line names the release, which is in
# the policy digest. To move to another release, replace the file by the one of Debian's package tzdata.
file(STRINGS ${SOURCE} first LIMIT_COUNT 1)
if(NOT first MATCHES "^# version ([0-9]+[a-z]+)$")
  message(FATAL_ERROR "${SOURCE} does not begin with the version of its release")
endif()
set(version ${CMAKE_MATCH_1})

file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${ZIC} -b slim -d ${WORK} ${SOURCE} RESULT_VARIABLE status ERROR_VARIABLE problem)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${ZIC}: ${problem}")
endif()
file(GLOB_RECURSE files RELATIVE ${WORK} ${WORK}/*)
list(SORT files)  # by byte, which is how they are searched

# Zones of equal content, mostly old names, share one table.
set(tables "")
set(rows "")
foreach(name ${files})
  file(SHA256 ${WORK}/${name} hash)
  file(SIZE ${WORK}/${name} size)
  if(NOT DEFINED table_${hash})
    set(table_${hash} TRUE)
    file(READ ${WORK}/${name} hex HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
    string(APPEND tables "constexpr char kTable_${hash}[] =\n    \"${bytes}\";\n")
  endif()
  string(APPEND rows "    {\"${name}\", {kTable_${hash}, ${size}}},\n")
endforeach()

file(WRITE ${OUTPUT} "// Made of tzdata.zi by embed.cmake.
#include \"engine/builtins/zone_tables.h\"

namespace writ {

namespace {

${tables}
constexpr ZoneTable kTables[] = {
${rows}};

}  // namespace

const std::string_view kZoneTablesVersion = \"${version}\";
std::span<const ZoneTable> zone_tables() { return kTables; }

}  // namespace writ
")
