-- An e-mail address is found however its letters are written. Texts are found by messages_by_recipient.
CREATE INDEX messages_by_mail_address ON messages (lower(recipient)) WHERE channel = 'email';
