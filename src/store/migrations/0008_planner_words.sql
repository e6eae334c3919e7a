-- What a planner itself says of a time record (G51): NULL it was never asked; "" it says nothing; else letters
-- (n not billable, e billed elsewhere) and a line for each tag. first_word: told for the first time when the time
-- was billed already (G65).
ALTER TABLE entries ADD COLUMN word TEXT;
ALTER TABLE entries ADD COLUMN first_word TEXT;
