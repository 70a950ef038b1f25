-- A provider's name is one message of each direction: a text that comes in is stored, whatever the names of those that went out.
DROP INDEX messages_provider_name;
CREATE UNIQUE INDEX messages_provider_name ON messages (transport, provider_id, direction) WHERE provider_id IS NOT NULL;
