# What every line of Tranche is compiled with.

# Results must not depend on the host or the compiler: no contraction of a*b+c, no excess
# precision, and never -ffast-math or -march. sim/det_math.h relies on this.
add_compile_options(-ffp-contract=off)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_compile_options(-mfpmath=sse)
endif()

if(TRANCHE_SANITIZE)
  add_compile_options(-fsanitize=${TRANCHE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TRANCHE_SANITIZE})
  if(TRANCHE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Warnings are errors in our own code; generated code is exempt because it does not link this.
add_library(tranche_warnings INTERFACE)
target_compile_options(tranche_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror)

# Boost.Asio 1.74's awaitable.hpp does not compile under GCC 12, and Clang 14 would not enable it: we
# keep coroutines out of Asio on both.
add_library(tranche_boost INTERFACE)
target_compile_definitions(tranche_boost INTERFACE BOOST_ASIO_DISABLE_CO_AWAIT)
target_link_libraries(tranche_boost INTERFACE Boost::headers Boost::system Boost::filesystem)
