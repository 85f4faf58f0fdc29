package dev.rideline.standin;

import java.util.ArrayDeque;
import java.util.Deque;

import de.bwaldvogel.mongo.backend.Cursor;
import de.bwaldvogel.mongo.backend.CursorRegistry;

/**
 * Bounds how many cursors lie open. A cursor lives until it is read to the end, so clients that go away would fill the memory;
 * the one that was opened longest ago goes first, and its next read is error 43.
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
