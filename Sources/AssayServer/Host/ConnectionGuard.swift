import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Stands between the parser and the requests of one connection: cuts clients that keep it waiting, ends connections whose
/// request is refused before it is read, and makes sure that a body that breaks off is an error.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How often patience is looked at in each stretch of it.
    private static let looksPerStretch: Int64 = 8

    private let limits: ConnectionLimits
    private let table: ConnectionTable
    private var state: ConnectionState
    private var id: Int?
    private var look: RepeatedTask?
    private var awaitsContinue = false

    init(limits: ConnectionLimits, table: ConnectionTable) {
        self.limits = limits
        self.table = table
        state = ConnectionState(limits: limits, now: .now())
    }

    // MARK: - Coming and going

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        failOpenBody(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func begin(_ context: ChannelHandlerContext) {
        guard look == nil else { return }
        let now = context.eventLoop.now
        state = ConnectionState(limits: limits, now: now)
        guard let id = table.add(context.channel, now: now) else {
            context.close(promise: nil)
            return
        }
        self.id = id
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let every = TimeAmount.nanoseconds(max(limits.patience.nanoseconds / Self.looksPerStretch, 1_000_000))
        look = context.eventLoop.scheduleRepeatedTask(initialDelay: every, delay: every) { _ in
            let (handler, context) = bound.value
            if handler.state.cut(now: context.eventLoop.now) != nil { context.close(promise: nil) }
        }
    }

    private func end() {
        look?.cancel()
        look = nil
        if let id { table.remove(id) }
        id = nil
    }

    private func publishIdleness(_ context: ChannelHandlerContext) {
        if let id { table.setIdle(id, since: state.isIdle ? context.eventLoop.now : nil) }
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if state.isLingering {
            drop(part, context)
            return
        }
        let now = context.eventLoop.now
        switch part {
        case .head(let head):
            let isChunked = head.headerFields.contains(.transferEncoding)
            state.headReceived(
                announcedBytes: isChunked ? nil : head.headerFields[.contentLength].flatMap { Int64($0) } ?? 0, now: now)
            awaitsContinue = head.headerFields[.expect]?.lowercased() == "100-continue"
            publishIdleness(context)
        case .body(let bytes):
            awaitsContinue = false
            state.bodyReceived(bytes.readableBytes)
        case .end:
            state.bodyEnded(now: now)
            publishIdleness(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        state.readsPaused(now: context.eventLoop.now)
        context.fireChannelReadComplete()
        // Nobody behind us asks for what is only dropped.
        if state.isLingering { context.read() }
    }

    func read(context: ChannelHandlerContext) {
        state.readsResumed(now: context.eventLoop.now)
        context.read()
    }

    private func drop(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .body(let bytes): if !state.dropped(bytes.readableBytes) { context.close(promise: nil) }
        case .head, .end: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is CloseIfIdle: if state.isIdle { context.close(promise: nil) }
        case ChannelEvent.inputClosed:
            failOpenBody(context)
            context.fireUserInboundEventTriggered(event)
            if state.isLingering { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func failOpenBody(_ context: ChannelHandlerContext) {
        if state.isBodyOpen, !state.isLingering { context.fireErrorCaught(ChannelError.inputClosed) }
    }

    // MARK: - Answers

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if awaitsContinue {
            awaitsContinue = false
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            awaitsContinue = false
            if state.answerBegins() { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            let next = state.answerEnded(now: context.eventLoop.now)
            publishIdleness(context)
            switch next {
            case .goOn:
                context.write(data, promise: promise)
            case .close:
                context.writeAndFlush(data, promise: promise)
                context.close(promise: nil)
            case .linger:
                context.writeAndFlush(data, promise: promise)
                context.close(mode: .output, promise: nil)
                context.read()
            }
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        state.writabilityChanged(isWritable: context.channel.isWritable, now: context.eventLoop.now)
        context.fireChannelWritabilityChanged()
    }
}
