-- Each tick looks for texts about calls to come that are not true any more.
CREATE INDEX callback_texts_ahead ON callback_texts (for_time);
