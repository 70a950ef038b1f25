// Sends a request head and then 64 MB, as far as the server takes them, and prints how many bytes it took and what it
// said. In a process of its own, because the closed network of the tests takes every byte at once.
import { connect } from "node:net";

const [port, head] = process.argv.slice(2);
const part = Buffer.alloc(65_536, " ");
const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
let [taken, heard] = [0, ""];
socket.on("data", (chunk) => {
  heard += chunk;
});
socket.on("close", () => process.stdout.write(JSON.stringify({ taken, heard })));
socket.write(head);
for (let n = 0; n < 1_024; n += 1) {
  await new Promise((done) => {
    socket.write(part, (error) => {
      if (!error) taken += part.length;
      done();
    });
  });
}
