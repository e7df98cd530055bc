# Fails when more than MOST headers stand in FOLDER: whatever is installed is promised to users, and
# one include too many in a public header brings whole rooms along.
file(GLOB_RECURSE headers RELATIVE ${FOLDER} ${FOLDER}/*.h)
list(LENGTH headers count)
message(STATUS "${count} headers are installed")
if(count GREATER MOST)
  list(JOIN headers "\n  " names)
  message(FATAL_ERROR "At most ${MOST} headers may be installed. Which of these does no public header "
    "need? Where a declaration is enough, declare instead of including:\n  ${names}")
endif()
