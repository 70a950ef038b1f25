"use client";
import { useEffect, useRef, useState } from "react";
import type { PendingCallback } from "#client/desk";
import { keep, kept } from "../_ui/kept.ts";
import { say } from "../_ui/notices.tsx";
import { eachSecond, secondsNow } from "../_ui/clock.ts";
import { clockAt } from "../_ui/time.ts";

export type Reminders = { isOn: boolean; toggle: () => void };

const KEPT_AS = "desk-reminders";
/** Five minutes ahead, and at the time itself. */
const AHEAD_SECONDS = [300, 0];

/** Reminds the agent five minutes before a promise and when it is due, with a desktop notification and a sound. */
export function useReminders(callbacks: readonly PendingCallback[]): Reminders {
  const [isOn, setOn] = useState(false);
  const looked = useRef(0);
  // Once turned on, reminders stay on in this browser, also after a reload.
  useEffect(() => {
    looked.current = secondsNow();
    setOn(kept(KEPT_AS) === "on");
  }, []);
  useEffect(() => {
    if (!isOn) return;
    return eachSecond(() => {
      const [last, now] = [looked.current, secondsNow()];
      looked.current = now;
      for (const callback of callbacks) {
        const due = Math.floor(Date.parse(callback.scheduledFor) / 1_000);
        for (const ahead of AHEAD_SECONDS) if (last < due - ahead && due - ahead <= now) remind(callback, ahead);
      }
    });
  }, [callbacks, isOn]);
  const toggle = async () => {
    if (isOn) {
      keep(KEPT_AS, null);
      return setOn(false);
    }
    const answer = await Notification.requestPermission();
    if (answer !== "granted") say("The browser does not allow notifications here; you will hear a sound only.", "late");
    looked.current = secondsNow();
    keep(KEPT_AS, "on");
    setOn(true);
  };
  return { isOn, toggle: () => void toggle() };
}

function remind({ id, userName, scheduledFor }: PendingCallback, ahead: number): void {
  beep();
  const title = ahead === 0 ? `Due now: ${userName}` : `In ${ahead / 60} minutes: ${userName}`;
  // The same tag in two windows shows one notification.
  if (Notification.permission === "granted")
    new Notification(title, { body: `Promised for ${clockAt(scheduledFor)}.`, tag: `callback ${id} ${ahead}` });
}

function beep(): void {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.value = 0.1;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.2);
  tone.onended = () => void audio.close();
}
