"""Pages of a chain: records are numbered from 1 without gaps, so a page is a range of numbers."""


def page_numbers(last: int, *, limit: int, offset: int) -> range:
    """Return the sequence numbers on a page, newest first; an empty range past the end.

    Args:
        last: the number of the newest record, which is how many there are.
        limit: how many records fit on the page.
        offset: how many of the newest records to skip.
    """
    newest = last - offset
    return range(newest, max(0, newest - limit), -1)
