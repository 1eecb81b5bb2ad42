# tranche_add_strategy_plugin(NAME source...): libNAME.so, a plug-in with the strategies that the
# sources register, for `tranche run --plugin libNAME.so`.
#
# It links no library of Tranche: the program that loads it exports what it needs. It describes itself
# (agents/plugin/abi.h), so that a tranche which it doesn't fit refuses it.
function(tranche_add_strategy_plugin name)
  if(NOT ARGN)
    message(FATAL_ERROR "tranche_add_strategy_plugin(${name}): name its sources too")
  endif()
  add_library(${name} MODULE ${ARGN} ${TRANCHE_DESCRIBE_PLUGIN})
  target_link_libraries(${name} PRIVATE Tranche::Plugin)
endfunction()
