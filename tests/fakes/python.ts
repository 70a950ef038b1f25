import { spawnSync } from "node:child_process";

/** Whether this machine has a Python 3, which the analyses of runs are written in. */
export const hasPython = spawnSync("python3", ["-c", ""]).status === 0;
