cb(){ curl -s http://127.0.0.1:34516/taken | node -e 'const t=JSON.parse(require("fs").readFileSync(0)).texts.filter(t=>t.body===process.argv[1]).at(-1);console.log(t.sid,t.callback)' "$1"; }
rep(){ read S C < <(cb "$1"); shift; for st in "$@"; do IFS=: read s e <<<"$st"; node /tmp/h15/hook.mjs "$C" MessageSid=$S MessageStatus=$s ${e:+ErrorCode=$e} AccountSid=AC0; done; }
id_of(){ get "messages?limit=50" | node -e 'const m=JSON.parse(require("fs").readFileSync(0)).messages.find(m=>m.body===process.argv[1]);console.log(m.id)' "$1"; }
