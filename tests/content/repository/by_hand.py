"""What a person does by hand, and who does it: git commands, edits."""

import subprocess

from kb.content.repository import Author

ANNA = Author("Anna Ölund", "anna@example.nhs.uk")


def run(folder, *arguments, check=True, **more):
    """A person's own git, with a name and nothing else set up."""
    who = ["-c", "user.name=A person", "-c", "user.email=person@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=check, capture_output=True, text=True, **more)
    return done.stdout.strip()


def put(folder, slug, text):
    path = folder.case_studies / f"{slug}.md"
    path.write_text(text, "utf-8")
    return path
