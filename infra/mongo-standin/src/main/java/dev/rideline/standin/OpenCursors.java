package dev.rideline.standin;

import java.util.ArrayDeque;
import java.util.Deque;

import de.bwaldvogel.mongo.backend.Cursor;
import de.bwaldvogel.mongo.backend.CursorRegistry;

/**
 * Bounds the number of open cursors. A cursor lives until it is read to the end, so clients that disconnect would fill the memory.
 * The oldest one is closed first, and its next read fails with error 43.
 */
final class OpenCursors {

    private static final int MAX_OPEN = 500;

    private final CursorRegistry registry;
    private final Deque<Long> oldestFirst = new ArrayDeque<>();

    OpenCursors(CursorRegistry registry) {
        this.registry = registry;
    }

    synchronized void opened(Cursor cursor) {
        oldestFirst.addLast(cursor.getId());
        while (oldestFirst.size() > MAX_OPEN) {
            registry.remove(oldestFirst.removeFirst());
        }
    }
}
