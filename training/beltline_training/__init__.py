"""Trains the model that Beltline embeds: from the JSONL of `packages/tasks` to a Hugging Face folder."""
