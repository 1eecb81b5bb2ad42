// A bad network between agents and broker: every byte comes `delay` milliseconds late, and no
// connection lives longer than `life` milliseconds.
import net from 'node:net';

// Listens on a port of the kernel's choice; resolves to { port, cuts(), close() }.
export function startRelay({ port: target, delay, life }) {
  let cuts = 0;
  const sockets = new Set();
  const late = (from, to) => {
    from.on('data', (data) => setTimeout(() => { if (!to.destroyed) to.write(data); }, delay));
    from.on('end', () => setTimeout(() => to.end(), delay));
    from.on('error', () => to.destroy());
    from.on('close', () => { sockets.delete(from); to.destroy(); });
    sockets.add(from);
  };
  const server = net.createServer((near) => {
    const far = net.connect(target, '127.0.0.1');
    late(near, far);
    late(far, near);
    const end = setTimeout(() => {
      if (near.destroyed) return;
      ++cuts;
      near.destroy();
      far.destroy();
    }, life);
    near.on('close', () => clearTimeout(end));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({
      port: server.address().port,
      cuts: () => cuts,
      close: () => { server.close(); for (const socket of sockets) socket.destroy(); },
    }));
  });
}
