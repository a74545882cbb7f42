# A thin client that stands in for the gem aws-sdk-dynamodb in tests, on machines that can't get it: the calls that the workshop's
# handlers use, with the same names, plain values and errors.

require "bigdecimal"
require "json"
require "net/http"

module Aws
  module DynamoDB
    GEM_VERSION = "stand-in".freeze

    module Errors
      class ServiceError < RuntimeError; end

      # A class for each error, made when it is first named, as the gem does it.
      def self.const_missing(name)
        const_set(name, Class.new(ServiceError))
      end
    end

    Answer = Struct.new(:item, :items, :last_evaluated_key, :attributes, keyword_init: true)

    # The pages of a scan or a query: the first one itself, and all of them by each.
    class Pages
      include Enumerable

      def initialize(&request)
        @request = request
        @first = request.call(nil)
      end

      def items = @first.items

      def last_evaluated_key = @first.last_evaluated_key

      def each
        page = @first
        loop do
          yield page
          break unless page.last_evaluated_key

          page = @request.call(page.last_evaluated_key)
        end
      end
    end

    class Client
      def initialize(**)
        @endpoint = URI(ENV.fetch("AWS_ENDPOINT_URL_DYNAMODB"))
        @key = ENV.fetch("AWS_ACCESS_KEY_ID")
      end

      def scan(**parameters) = pages("Scan", parameters)

      def query(**parameters) = pages("Query", parameters)

      def get_item(**parameters) = call("GetItem", parameters)

      def put_item(**parameters) = call("PutItem", parameters)

      private

      def pages(operation, parameters)
        Pages.new { |from| call(operation, from ? parameters.merge(exclusive_start_key: from) : parameters) }
      end

      def call(operation, parameters)
        request = Net::HTTP::Post.new("/", {
          "Content-Type" => "application/x-amz-json-1.0",
          "X-Amz-Target" => "DynamoDB_20120810.#{operation}",
          "X-Amz-Date" => Time.now.utc.strftime("%Y%m%dT%H%M%SZ"),
          "Authorization" => "AWS4-HMAC-SHA256 Credential=#{@key}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none",
        })
        request.body = JSON.generate(wire(parameters))
        response = Net::HTTP.start(@endpoint.host, @endpoint.port) { |http| http.request(request) }
        answer = JSON.parse(response.body)
        refuse(answer) unless response.is_a?(Net::HTTPSuccess)
        Answer.new(
          item: answer["Item"] && plain_map(answer["Item"]),
          items: (answer["Items"] || []).map { |item| plain_map(item) },
          last_evaluated_key: answer["LastEvaluatedKey"] && plain_map(answer["LastEvaluatedKey"]),
          attributes: answer["Attributes"] && plain_map(answer["Attributes"]),
        )
      end

      def refuse(answer)
        name = answer.fetch("__type").split("#").last
        raise Errors.const_get(name), answer["message"] || answer["Message"]
      end

      ATTRIBUTES = %i[key item exclusive_start_key expression_attribute_values].freeze

      def wire(parameters)
        parameters.to_h do |name, value|
          [name.to_s.split("_").map(&:capitalize).join, ATTRIBUTES.include?(name) ? typed_map(value) : value]
        end
      end

      def typed_map(map)
        raise ArgumentError, "expected a hash, got #{map.class}" unless map.is_a?(Hash)

        map.transform_values { |value| typed(value) }
      end

      def typed(value)
        case value
        when String, Symbol then { "S" => value.to_s }
        when Numeric then { "N" => value.to_s }
        when true, false then { "BOOL" => value }
        when nil then { "NULL" => true }
        when Array then { "L" => value.map { |one| typed(one) } }
        when Hash then { "M" => typed_map(value) }
        else raise ArgumentError, "unsupported type #{value.class}"
        end
      end

      def plain_map(map) = map.transform_values { |value| plain(value) }

      def plain(value)
        type, value = value.first
        case type
        when "N" then BigDecimal(value)
        when "NULL" then nil
        when "L" then value.map { |one| plain(one) }
        when "M" then plain_map(value)
        else value
        end
      end
    end
  end
end
