"""`python -m docs.openapi`: write the API's document, and the page that is made from it."""

from docs.openapi.files import files


def main() -> None:
    """Write every file anew."""
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
