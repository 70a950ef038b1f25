-- What an agent decided during a call holds from its end on. `on_call` is the server's own knowledge: a call sets it.
ALTER TABLE agent_sessions ADD COLUMN after_call text,
  ADD CONSTRAINT agent_sessions_after_call_is_a_decision CHECK (after_call IN ('available', 'break', 'offline')),
  ADD CONSTRAINT agent_sessions_after_call_needs_a_call CHECK (after_call IS NULL OR status = 'on_call');
