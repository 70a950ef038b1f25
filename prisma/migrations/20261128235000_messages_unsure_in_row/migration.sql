-- How many messages in a row this provider has left unsure; a clear answer ends the row.
ALTER TABLE message_providers ADD COLUMN unsure_in_row integer NOT NULL DEFAULT 0;
